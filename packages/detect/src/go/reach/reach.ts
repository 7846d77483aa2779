import { importedMember, textOf } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import { calleesOf, takenUnits } from './callees.ts'
import { followEscapes } from './escapes.ts'
import type { ModuleModel } from './module-model.ts'
import { createTypeScopes, type PackageOf } from './receiver-types.ts'
import type { Call, Reference, Unit } from './unit.ts'

/** Code reached on import, each unit with the names from the entry point to it. */
export type Reached = Map<Unit, string[]>

/** Code that may run on import. `callsValues`: whether code that does calls a function that it stored. */
export interface ReachedOnImport {
  reached: Reached
  callsValues(pkg: PackageModel): boolean
}

/** Longest chain of names kept. */
const MAX_CHAIN = 12

/**
 * Units that may run when one of the module's packages is imported: `func init`, initialisers of package-level variables,
 * and what those call, across files and across packages of the module (rapid type analysis, Bacon and Sweeney 1996). A
 * function that is only stored or handed over runs where the code that runs also calls a value that it may be.
 */
export function reachedOnImport(module: ModuleModel): ReachedOnImport {
  const reached: Reached = new Map()
  const queue: Unit[] = []
  const scopeOf = createTypeScopes((path) => module.packageOf(path))
  const escapes = followEscapes(module)
  let entered: Unit['entry'] = 'import'
  const visit = (unit: Unit, chain: readonly string[]): void => {
    if (reached.has(unit)) return
    // What an initialiser stores and only a command calls is the command's.
    const from =
      entered === 'command' && !isCommand(chain) && unit.entry === null ? ['main', ...chain] : chain
    reached.set(unit, [...from, unit.name].slice(0, MAX_CHAIN))
    queue.push(unit)
  }
  // Names that are given a hundred thousand functions are called as often: each list is gone through once.
  const gone = new Set<readonly Unit[]>()
  const visitAll = (units: readonly Unit[], chain: readonly string[]): void => {
    if (gone.has(units)) return
    gone.add(units)
    for (const unit of units) visit(unit, chain)
  }
  const enter = (entry: Unit['entry']): void => {
    entered = entry
    for (const unit of module.units)
      if (unit.entry === entry && !module.unreachable.has(unit.pkg)) visit(unit, [])
    do {
      for (let unit = queue.pop(); unit !== undefined; unit = queue.pop()) {
        const chain = reached.get(unit) ?? []
        const types = scopeOf(unit)
        for (const call of unit.calls) {
          const lists = calleesOf(module, unit, types, call)
          for (const units of lists) visitAll(units, chain)
          escapes.addCall(
            unit,
            call,
            lists.some((units) => units.length > 0),
          )
        }
        for (const taken of unit.taken) {
          const units = takenUnits(module, unit, types, taken)
          if (escapes.runsNow(unit, types, taken)) visitAll(units, chain)
          else {
            const callees = taken.to === null ? [] : calleesOf(module, unit, types, taken.to)
            escapes.keep(unit, chain, taken, units, callees)
          }
        }
        escapes.addTypes(unit, chain)
      }
      for (const { units, chain } of escapes.ready()) visitAll(units, chain)
    } while (queue.length > 0)
  }
  enter('import')
  enter('command')
  return { reached, callsValues: (pkg) => escapes.callsValues(pkg) }
}

/**
 * Units that a user of the module can run, each with the calls from an exported function to it. Function literals in a
 * function, and functions that it mentions, count as run by it; those in initialisers and in `init` do not.
 */
export function reachedByCall(module: ModuleModel): Reached {
  const reached: Reached = new Map()
  const scopeOf = createTypeScopes((path) => module.packageOf(path))
  const queue: Unit[] = []
  const gone = new Set<readonly Unit[]>()
  const visit = (unit: Unit, chain: readonly string[]): void => {
    if (reached.has(unit) || unit.entry !== null) return
    reached.set(unit, [...chain, unit.name].slice(0, MAX_CHAIN))
    queue.push(unit)
  }
  const visitAll = (units: readonly Unit[], chain: readonly string[]): void => {
    if (gone.has(units)) return
    gone.add(units)
    for (const unit of units) visit(unit, chain)
  }
  for (const unit of module.units) if (isExported(unit) && !module.unreachable.has(unit.pkg)) visit(unit, [])
  // First in, first out: the shortest chain says most.
  for (let at = 0; at < queue.length; at++) {
    const unit = queue[at]
    if (unit === undefined) break
    const chain = reached.get(unit) ?? []
    const types = scopeOf(unit)
    visitAll(module.unitsIn(unit), chain)
    for (const call of unit.calls)
      for (const units of calleesOf(module, unit, types, call)) visitAll(units, chain)
    for (const taken of unit.taken) visitAll(takenUnits(module, unit, types, taken), chain)
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
