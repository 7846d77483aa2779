import { textOf } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import { childOf, childrenOf, type SyntaxNode, walk } from '../parse/syntax.ts'
import type { ModuleModel } from './module-model.ts'
import { acts, isCalledBack, methodRunsArguments, runsArguments, startsAll } from './outside.ts'
import { type TypeScope, typeOfExpression } from './receiver-types.ts'
import type { Call, Taken, Unit } from './unit.ts'

/** Functions that the code which runs has stored or handed over, and has not been seen to call. */
interface Kept {
  pkg: PackageModel
  /** The package-level variable whose initialiser stores it; null for other code. */
  variable: string | null
  chain: readonly string[]
  to: Call | null
  units: readonly Unit[]
}

/** Code that calls of one package's code may run: functions of a number of arguments, what was handed to a library, everything. */
interface Callers {
  /** Numbers of arguments with which values are called. */
  values: Set<number>
  /** Import paths whose functions are called and do more than keep what they are given. */
  libraries: Set<string>
  starts: boolean
}

/** Follows functions and types that escape: where they go, and whether something that runs may call them. */
export interface Escapes {
  addCall(unit: Unit, call: Call, isFound: boolean): void
  /** True where the call that a function is handed to runs it. */
  runsNow(unit: Unit, types: TypeScope, taken: Taken): boolean
  /** `callees`: the module's own code that it is handed to. */
  keep(
    unit: Unit,
    chain: readonly string[],
    taken: Taken,
    units: readonly Unit[],
    callees: readonly (readonly Unit[])[],
  ): void
  addTypes(unit: Unit, chain: readonly string[]): void
  /** True where code that runs, of this package or one near it, calls a value. */
  callsValues(pkg: PackageModel): boolean
  /** Returns what may run by what was added until now, each once. */
  ready(): { units: readonly Unit[]; chain: readonly string[] }[]
}

export function followEscapes(module: ModuleModel): Escapes {
  const callers = new Map<PackageModel, Callers>()
  const callersIn = (pkg: PackageModel): Callers => {
    const known = callers.get(pkg) ?? { values: new Set(), libraries: new Set(), starts: false }
    callers.set(pkg, known)
    return known
  }
  const fields = fieldNames(module)
  const back = calledBack(module)
  let kept: Kept[] = []
  /** Package-level variables that code which runs mentions. */
  const mentioned = new Set<string>()
  // A hundred thousand statements can mention one name that is given as many functions.
  const keptAs = new Map<readonly Unit[], Set<string>>()
  return {
    addCall(unit, call, isFound) {
      const own = callersIn(unit.pkg)
      if (call.kind === 'value') own.values.add(call.args)
      if (call.kind === 'name' && call.name === 'panic') back.acts(unit, '')
      if (isFound) return
      if (call.kind === 'name' && !unit.pkg.types.has(call.name) && !PREDECLARED.test(call.name))
        own.values.add(call.args)
      if (call.kind === 'package') {
        const pkg = module.packageOf(call.path)
        if (pkg !== null) callersIn(pkg).values.add(call.args)
        else if (acts(call.name)) {
          own.libraries.add(call.path)
          back.acts(unit, call.name)
        }
      }
      if (call.kind !== 'method') return
      if (fields.has(call.method)) own.values.add(call.args)
      if (startsAll(call.method)) own.starts = true
      if (acts(call.method)) back.acts(unit, call.method)
    },
    runsNow(unit, types, { to }) {
      if (to?.kind === 'package') return module.packageOf(to.path) === null && runsArguments(to.path, to.name)
      if (to?.kind !== 'method') return false
      const type = typeOfExpression(unit, types, to.receiver)
      if (type !== null && (type.path === null || module.packageOf(type.path) !== null)) return false
      const [first = null] = childOf(to.node, 'arguments')?.children ?? []
      return methodRunsArguments(
        to.method,
        textOf(unit.file, to.receiver).slice(0, MAX_LOOKED_AT),
        textOf(unit.file, first).slice(0, MAX_LOOKED_AT),
      )
    },
    keep(unit, chain, { node, to }, units, callees) {
      if (to !== null && isIgnored(node, to, callees)) return
      const key = to === null ? STORED : to.kind === 'package' ? to.path : HANDED
      const places = keptAs.get(units) ?? new Set()
      keptAs.set(units, places)
      if (units.length === 0 || places.has(key)) return
      places.add(key)
      kept.push({ pkg: unit.pkg, variable: variableOf(unit), chain, to, units })
    },
    addTypes(unit, chain) {
      for (const name of unit.variables) mentioned.add(keyOf(unit.pkg, name))
      for (const { path, member } of unit.references) {
        const pkg = module.packageOf(path)
        if (pkg !== null) mentioned.add(keyOf(pkg, member))
      }
      back.addTypes(unit, chain)
    },
    callsValues: (pkg) =>
      [...callersNear(module, pkg, callers)].some(({ values, starts }) => values.size > 0 || starts),
    ready() {
      const running = kept.flatMap((each) => {
        // A function that is never mentioned is never called.
        if (each.variable !== null && !mentioned.has(keyOf(each.pkg, each.variable))) return []
        const units = runnable(module, each, callers)
        return units.length === 0 ? [] : [{ ...each, units }]
      })
      const done = new Set(running.flatMap(({ units }) => units))
      kept = kept.filter(({ units }) => units.some((unit) => !done.has(unit)))
      return [...running, ...back.ready()]
    },
  }
}

function keyOf({ directory }: PackageModel, name: string): string {
  return `${directory}\0${name}`
}

function variableOf(unit: Unit): string | null {
  let outermost = unit
  while (outermost.outer !== null) outermost = outermost.outer
  // `var x = sync.OnceValue(f)()` runs what it stores.
  const runs = outermost.calls.some(({ kind }) => kind === 'value')
  return outermost.initialiser && !runs ? outermost.name.slice('var '.length) : null
}

/** True where all own functions that are given a function leave the parameter alone: `func (jobs) Do(f func()) {}`. */
function isIgnored(node: SyntaxNode, to: Call, callees: readonly (readonly Unit[])[]): boolean {
  const position = (childOf(to.node, 'arguments')?.children ?? []).indexOf(node)
  const units = callees.flat().slice(0, MAX_CALLEES)
  return position >= 0 && units.length > 0 && units.every((unit) => !usesParameter(unit, position))
}

/** Own functions of one name that are looked at. */
const MAX_CALLEES = 100

function usesParameter({ root, file }: Unit, position: number): boolean {
  const declarations = childOf(root, 'parameters')?.children ?? []
  if (declarations.some(({ type }) => type === 'variadic_parameter_declaration')) return true
  const name = declarations.flatMap((each) => childrenOf(each, 'name'))[position]
  const body = childOf(root, 'body')
  if (name === undefined || body === null) return false
  const text = textOf(file, name)
  return [...walk(body)].some((each) => each.type === 'identifier' && textOf(file, each) === text)
}

/** Functions and types of the language, whose calls and conversions run nothing that was stored. */
const PREDECLARED =
  /^(append|cap|clear|close|complex|copy|delete|imag|len|make|max|min|new|panic|print|println|real|recover|any|bool|byte|error|rune|string|u?int(8|16|32|64|ptr)?|float(32|64)|complex(64|128))$/

const STORED = ' stored'
const HANDED = ' handed'

/** Characters of an expression that are looked at for words. */
const MAX_LOOKED_AT = 1_000

/** Those of the kept functions that some call may run. Calls in packages that import theirs, or that theirs imports, count. */
function runnable(
  module: ModuleModel,
  { pkg, to, units }: Kept,
  callers: ReadonlyMap<PackageModel, Callers>,
): readonly Unit[] {
  const near = callersNear(module, pkg, callers)
  const library = to?.kind === 'package' ? to.path : null
  if (
    near.some(({ starts }) => starts) ||
    (library !== null && callers.get(pkg)?.libraries.has(library) === true)
  )
    return units
  return units.filter((unit) => near.some(({ values }) => takes(unit, values)))
}

function callersNear(
  module: ModuleModel,
  pkg: PackageModel,
  callers: ReadonlyMap<PackageModel, Callers>,
): Callers[] {
  return [...callers]
    .filter(([other]) => other === pkg || imports(module, pkg, other) || imports(module, other, pkg))
    .map(([, found]) => found)
}

function imports(module: ModuleModel, pkg: PackageModel, other: PackageModel): boolean {
  return pkg.files.some((file) => file.importPaths.some((path) => module.packageOf(path) === other))
}

/** True for a function that can be called with one of these numbers of arguments. */
function takes(unit: Unit, counts: ReadonlySet<number>): boolean {
  if (counts.size === 0) return false
  const parameters = parametersOf(unit)
  const declarations = childOf(unit.root, 'parameters')?.children ?? []
  const isVariadic = declarations.some(({ type }) => type === 'variadic_parameter_declaration')
  return isVariadic ? [...counts].some((count) => count >= parameters) : counts.has(parameters)
}

/** Number of parameters, without a variadic one. */
function parametersOf({ root }: Unit): number {
  return (childOf(root, 'parameters')?.children ?? [])
    .filter(({ type }) => type === 'parameter_declaration')
    .reduce((sum, declaration) => sum + Math.max(1, childrenOf(declaration, 'name').length), 0)
}

/** Names of the fields of all structs: a call of one runs what the field holds. */
function fieldNames({ packages, units }: ModuleModel): ReadonlySet<string> {
  const names = new Set(units.flatMap((unit) => [...unit.fields]))
  for (const { file, node } of packages.flatMap((pkg) => [...pkg.types.values()])) {
    const list = node?.children.find(({ type }) => type === 'field_declaration_list')
    for (const field of list?.children ?? [])
      for (const name of childrenOf(field, 'name')) names.add(textOf(file, name))
  }
  return names
}

/** Methods of the module's types that other packages may call, since code that calls into these mentions the types. */
function calledBack(module: ModuleModel): {
  acts(unit: Unit, member: string): void
  addTypes(unit: Unit, chain: readonly string[]): void
  ready(): { units: readonly Unit[]; chain: readonly string[] }[]
} {
  const acting = new Map<Unit, Set<string>>()
  const done = new Set<string>()
  let waiting: { unit: Unit; chain: readonly string[] }[] = []
  return {
    acts(unit, member) {
      const members = acting.get(unit) ?? new Set()
      acting.set(unit, members)
      members.add(member)
    },
    addTypes: (unit, chain) => void waiting.push({ unit, chain }),
    ready() {
      const found: { units: readonly Unit[]; chain: readonly string[] }[] = []
      for (const { unit, chain } of waiting) {
        const members = acting.get(unit)
        if (members === undefined) continue
        const reflects = REFLECTS.some((member) => members.has(member))
        for (const type of typesOf(module, unit)) {
          const key = `${unit.pkg.directory}\0${type}\0${reflects}`
          if (!reflects && done.has(key) && !unit.types.has(type)) continue
          done.add(key)
          for (const method of module.methodsOfType(unit.pkg, type)) {
            const name = method.name.slice(method.name.lastIndexOf('.') + 1)
            if (
              members.has(name) ||
              isCalledBack(name, parametersOf(method)) ||
              (reflects && /^\p{Lu}/u.test(name))
            )
              found.push({ units: [method], chain })
          }
        }
      }
      waiting = []
      return found
    },
  }
}

/** Methods of `reflect`, and of templates, that call methods by their names. */
const REFLECTS = ['MethodByName', 'Method', 'Call', 'CallSlice', 'Execute', 'ExecuteTemplate']

/** Types that a unit mentions, itself or by a package-level variable. */
function typesOf(module: ModuleModel, unit: Unit): ReadonlySet<string> {
  const types = new Set(unit.types)
  for (const name of unit.variables) {
    for (const { file, typeNode, value } of unit.pkg.values.get(name) ?? []) {
      if (typeNode !== null) types.add(textOf(file, typeNode).replace(/^\*/, ''))
      if (value !== null) for (const of of module.unitsAt(value)) for (const type of of.types) types.add(type)
    }
  }
  return types
}
