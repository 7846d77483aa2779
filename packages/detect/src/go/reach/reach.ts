import { importedMember, textOf } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import type { ModuleModel } from './module-model.ts'
import { createTypeScopes, type PackageOf, type TypeScope, typeOfExpression } from './receiver-types.ts'
import type { Call, Reference, Trigger, Unit } from './unit.ts'
import { literalsOf } from './units.ts'

/** Code reached on import, each unit with the names from the entry point to it. */
export type Reached = Map<Unit, string[]>

/** Longest chain of names kept. */
const MAX_CHAIN = 12
/** Packages whose functions call methods of the values that they are given, then or soon. */
const CALLS_METHODS =
  /^(fmt|log|log\/slog|errors|encoding\/\w+|io|bufio|sort|container\/heap|flag|text\/template|html\/template)$/

/**
 * Units that run when one of the module's packages is imported: `func init`, initialisers of package-level variables,
 * and everything that those call, across files and across packages of the module. A method of a type that is not plain is
 * reached by its name. `seen`: units that following the code has shown to run, through fields, maps and slices.
 */
export function reachedOnImport(module: ModuleModel, seen: ReadonlyMap<Unit, string[]> = new Map()): Reached {
  const reached: Reached = new Map()
  const queue: Unit[] = []
  const scopeOf = createTypeScopes((path) => module.packageOf(path))
  const visit = (unit: Unit, chain: string[]): void => {
    if (reached.has(unit)) return
    reached.set(unit, chain)
    queue.push(unit)
  }
  // Names that are given a hundred thousand functions are called as often: each list is gone through once.
  const gone = new Set<readonly Unit[]>()
  const resultsGone = new Set<readonly Unit[]>()
  const visitAll = (units: readonly Unit[], chain: string[], runsResult: boolean): void => {
    const before = runsResult ? resultsGone : gone
    if (before.has(units)) return
    before.add(units)
    for (const unit of units) {
      visit(unit, [...chain, unit.name].slice(0, MAX_CHAIN))
      if (runsResult) visitAll(module.unitsIn(unit), [...chain, unit.name], false)
    }
  }
  const follow = (unit: Unit, chain: string[], call: Call): void => {
    const runsResult = call.runsResult === true
    visitAll(calleesOf(module, unit, scopeOf(unit), call), chain, runsResult)
    if (call.kind === 'name') visitAll(assigned(module, unit.pkg, call.name), chain, runsResult)
    if (call.kind === 'package')
      visitAll(assigned(module, module.packageOf(call.path), call.name), chain, runsResult)
  }
  const started = new Set<Trigger>()
  let waiting: { unit: Unit; chain: string[]; call: Call; after: Trigger }[] = []
  const drain = (): void => {
    for (let unit = queue.pop(); unit !== undefined; unit = queue.pop()) {
      const chain = reached.get(unit) ?? []
      for (const call of unit.calls) {
        const starts = call.kind === 'method' ? startedBy(call.method) : null
        if (starts !== null) started.add(starts)
        if (call.after === undefined) follow(unit, chain, call)
        else waiting.push({ unit, chain, call, after: call.after })
      }
      if (queue.length > 0) continue
      const ready = waiting.filter(({ after }) => started.has(after))
      if (ready.length > 0) waiting = waiting.filter(({ after }) => !started.has(after))
      for (const late of ready) follow(late.unit, late.chain, late.call)
    }
  }
  const enter = (entry: Unit['entry']): void => {
    for (const unit of module.units) {
      if (unit.entry === entry && !module.unreachable.has(unit.pkg)) visit(unit, [unit.name])
    }
    // First what the text says: its chains name every step.
    drain()
    for (const [unit, chain] of seen) if (isCommand(chain) === (entry === 'command')) visit(unit, chain)
    drain()
  }
  enter('import')
  enter('command')
  return reached
}

/**
 * Units that a user of the module can run, each with the calls from an exported function to it. Function literals in a
 * function count as run by it; those in initialisers and in `init` do not, since these have already run.
 */
export function reachedByCall(module: ModuleModel): Reached {
  const reached: Reached = new Map()
  const scopeOf = createTypeScopes((path) => module.packageOf(path))
  const queue: Unit[] = []
  const visit = (unit: Unit, chain: string[]): void => {
    if (reached.has(unit) || unit.entry !== null) return
    reached.set(unit, [...chain, unit.name].slice(0, MAX_CHAIN))
    queue.push(unit)
  }
  for (const unit of module.units) if (isExported(unit) && !module.unreachable.has(unit.pkg)) visit(unit, [])
  // First in, first out: the shortest chain says most.
  for (let at = 0; at < queue.length; at++) {
    const unit = queue[at]
    if (unit === undefined) break
    const chain = reached.get(unit) ?? []
    for (const inner of module.unitsIn(unit)) visit(inner, chain)
    for (const call of unit.calls)
      for (const callee of calleesOf(module, unit, scopeOf(unit), call)) visit(callee, chain)
  }
  return reached
}

function isExported({ outer, file, name }: Unit): boolean {
  return outer === null && file.builds && /^\p{Lu}/u.test(name.slice(name.lastIndexOf('.') + 1))
}

/** True for a chain that begins with `func main`. */
export function isCommand(chain: readonly string[]): boolean {
  return chain[0] === 'main'
}

function startedBy(method: string): Trigger | null {
  if (method === 'Execute' || method === 'ExecuteTemplate') return 'template'
  return /^(Start|Run)/.test(method) ? 'scheduler' : null
}

function calleesOf(module: ModuleModel, unit: Unit, types: TypeScope, call: Call): Unit[] {
  if (call.kind === 'name') return named(module, unit, call.name)
  if (call.kind === 'argument') return argumentCallees(module, unit, call)
  if (call.kind === 'handed') return handedCallees(module, unit, types, call)
  if (call.kind === 'package') return packageCallees(module, unit, types, call)
  return methodCallees(module, unit, types, call)
}

function named(module: ModuleModel, unit: Unit, name: string): Unit[] {
  for (let at: Unit | null = unit; at !== null; at = at.outer) {
    const local = at.locals.get(name)
    if (local !== undefined) return local
  }
  return declaredUnits(module, unit.pkg, name)
}

/** A function of a package, or what a variable of it holds: a literal, or another function of the package. */
function declaredUnits(module: ModuleModel, pkg: PackageModel, name: string): Unit[] {
  const declared = module.functionUnits(pkg, name)
  if (declared.length > 0) return declared
  return (pkg.values.get(name) ?? []).flatMap((model) => {
    if (model.value === null) return []
    return model.value.type === 'identifier'
      ? module.functionUnits(pkg, textOf(model.file, model.value))
      : literalsOf(model.value).flatMap((literal) => module.literalUnits(literal))
  })
}

/** Returns the functions assigned to a package-level variable anywhere. */
function assigned(module: ModuleModel, pkg: PackageModel | null, name: string): Unit[] {
  return pkg?.values.has(name) === true ? module.assignedUnits(pkg, name) : NO_UNITS
}

const NO_UNITS: Unit[] = []

/** A function given to one of the package's own functions runs where that one calls its parameter. */
function argumentCallees(module: ModuleModel, unit: Unit, call: Extract<Call, { kind: 'argument' }>): Unit[] {
  const given = givenUnits(module, unit, call)
  if (given.length === 0 || call.after !== undefined) return given
  return named(module, unit, call.callee).some((callee) => runsParameter(callee, call.position)) ? given : []
}

/** A function given to a method runs, unless the method is one of the module's own that does not call it. */
function handedCallees(
  module: ModuleModel,
  unit: Unit,
  types: TypeScope,
  call: Extract<Call, { kind: 'handed' }>,
): Unit[] {
  const given = givenUnits(module, unit, call)
  const type = call.after === undefined ? typeOfExpression(unit, types, call.receiver) : null
  const pkg = type?.path === null ? unit.pkg : type === null ? null : module.packageOf(type.path)
  const methods = pkg === null || type === null ? [] : module.methodUnits(pkg, call.method, type.name)
  const runs = methods.length === 0 || methods.some((method) => runsParameter(method, call.position))
  return runs ? given : []
}

function givenUnits(
  module: ModuleModel,
  unit: Unit,
  { literal, name }: { literal: SyntaxNode | null; name: string | null },
): Unit[] {
  return literal === null ? named(module, unit, name ?? '') : module.unitsAt(literal)
}

function runsParameter(callee: Unit, position: number): boolean {
  const name = parameterName(callee, position)
  return name !== null && callee.calls.some((inner) => inner.kind === 'name' && inner.name === name)
}

function parameterName(unit: Unit, position: number): string | null {
  const declarations = childOf(unit.root, 'parameters')?.children ?? []
  const names = declarations.flatMap((declaration) =>
    declaration.children.filter((child) => child.field === 'name'),
  )
  const name = names[position]
  return name === undefined ? null : textOf(unit.file, name)
}

function packageCallees(
  module: ModuleModel,
  unit: Unit,
  types: TypeScope,
  call: Extract<Call, { kind: 'package' }>,
): Unit[] {
  const pkg = module.packageOf(call.path)
  if (pkg !== null) return declaredUnits(module, pkg, call.name)
  if (!CALLS_METHODS.test(call.path)) return []
  // fmt.Print(x) runs x.String(), sort.Sort(x) runs x.Less().
  const args = childOf(call.node, 'arguments')?.children ?? []
  return args.flatMap((arg) => {
    const type = typeOfExpression(unit, types, arg)
    if (type?.path !== null) return []
    return [...unit.pkg.methods.keys()]
      .filter((method) => /^[A-Z]/.test(method))
      .flatMap((method) => module.methodUnits(unit.pkg, method, type.name))
  })
}

function methodCallees(
  module: ModuleModel,
  unit: Unit,
  types: TypeScope,
  call: Extract<Call, { kind: 'method' }>,
): Unit[] {
  const type = typeOfExpression(unit, types, call.receiver)
  if (type === null) return module.methodsNear(unit.file, call.method, unit.pkg)
  const pkg = type.path === null ? unit.pkg : module.packageOf(type.path)
  if (pkg === null) return []
  const exact = module.methodUnits(pkg, call.method, type.name)
  // Embedded types lend their methods, and any type may stand behind an interface.
  return exact.length > 0 ? exact : module.methodUnits(pkg, call.method, null)
}

/** Resolves a member of another package of the module: `var Run = exec.Command`, `type Cmd = exec.Cmd`. */
export function standsFor(
  packageOf: PackageOf,
  path: string,
  member: string,
): { path: string; member: string } | null {
  const pkg = packageOf(path)
  if (pkg === null) return null
  const [variable] = pkg.values.get(member) ?? []
  if (variable?.value?.type === 'selector_expression') return importedMember(variable.file, variable.value)
  const type = pkg.types.get(member)
  if (type?.node?.type !== 'qualified_type') return null
  const [alias = '', name = ''] = textOf(type.file, type.node).split('.')
  const of = type.file.imports.get(alias)
  return of === undefined ? null : { path: of, member: name }
}

/** The member of another package that a call of a plain name means: `var run = exec.Command`, or a linkname. */
export function aliasedReference(unit: Unit, call: Extract<Call, { kind: 'name' }>): Reference | null {
  const linked = linkedName(unit, call.name)
  if (linked !== null) return { ...linked, node: call.node, call: call.node }
  let name = call.name
  for (let depth = 0; depth < 4; depth++) {
    const [model] = unit.pkg.values.get(name) ?? []
    const value: SyntaxNode | null = model?.value ?? null
    if (model === undefined || value === null) return null
    if (value.type === 'identifier') {
      name = textOf(model.file, value)
      continue
    }
    const imported = value.type === 'selector_expression' ? importedMember(model.file, value) : null
    return imported === null ? null : { ...imported, node: call.node, call: call.node }
  }
  return null
}

/** `//go:linkname run os/exec.Command`: a function without a body whose code is another package's. */
function linkedName({ pkg }: Unit, name: string): { path: string; member: string } | null {
  for (const { text } of pkg.files.flatMap((file) => file.directives)) {
    const [, local, path, member] = /^\/\/go:linkname\s+(\S+)\s+(\S+)\.(\w+)\s*$/.exec(text) ?? []
    if (local === name && path !== undefined && member !== undefined) return { path, member }
  }
  return null
}
