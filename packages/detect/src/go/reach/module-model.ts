import type { FileModel } from '../parse/file-model.ts'
import { type FunctionModel, modelPackages, type PackageModel } from '../parse/package-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import type { Unit } from './unit.ts'
import { unitsOf } from './units.ts'

/** All packages of one analysis with the look-ups that cross them. */
export interface ModuleModel {
  packages: PackageModel[]
  units: Unit[]
  /** Packages below `internal/` that no package of the module imports. Other modules cannot import them. */
  unreachable: ReadonlySet<PackageModel>
  /** A package of the module itself, or null for everything else. */
  packageOf(importPath: string): PackageModel | null
  functionUnits(pkg: PackageModel, name: string): Unit[]
  /** Methods of that name, of one type or (null) of all that the module's own code can have a value of: the same list each time. */
  methodUnits(pkg: PackageModel, name: string, type: string | null): Unit[]
  /** Methods of that name of a file's own package and of those of the module that it imports: the same list each time. */
  methodsNear(file: FileModel, name: string, pkg: PackageModel): Unit[]
  /** Methods of one type: the same list each time. */
  methodsOfType(pkg: PackageModel, type: string): Unit[]
  literalUnits(literal: SyntaxNode): Unit[]
  /** Units whose code begins at a node: a declaration or a function literal. */
  unitsAt(node: SyntaxNode): Unit[]
  /** Function literals that stand right in a unit. */
  unitsIn(unit: Unit): Unit[]
  /** Function literals that are given to a name anywhere in a package: the same list each time. */
  assignedUnits(pkg: PackageModel, name: string): Unit[]
}

const NO_UNITS: Unit[] = []
const NO_METHODS: FunctionModel[] = []
/** Methods of one name that a call on a value of unknown type may mean. */
const MAX_METHODS = 100

/**
 * Builds the model. `ownPaths` tell which imports lead back into the module; `isWhole` is false where files of it were left
 * out.
 */
export function modelModule(
  files: readonly FileModel[],
  ownPaths: readonly string[],
  isWhole: boolean,
): ModuleModel {
  const packages = modelPackages(files)
  const units = packages.flatMap(unitsOf)
  const byRoot = new Map<SyntaxNode, Unit[]>()
  for (const unit of units) {
    const list = byRoot.get(unit.root)
    if (list === undefined) byRoot.set(unit.root, [unit])
    else list.push(unit)
  }
  const byOuter = Map.groupBy(units, ({ outer }) => outer)
  const byDirectory = new Map(packages.filter(builds).map((pkg) => [pkg.directory, pkg]))
  const packageOf = (path: string): PackageModel | null =>
    byDirectory.get(directoryOf(path, ownPaths) ?? '\0') ?? null
  const byName = new Map<PackageModel, Map<string, Unit[]>>()
  for (const { pkg, locals } of units) {
    for (const [name, given] of locals) {
      const dot = name.lastIndexOf('.')
      const of = dot === -1 ? pkg : packageOf(name.slice(0, dot))
      if (of === null) continue
      const assigned = byName.get(of) ?? new Map<string, Unit[]>()
      byName.set(of, assigned)
      const known = assigned.get(name.slice(dot + 1))
      if (known === undefined) assigned.set(name.slice(dot + 1), [...given])
      else for (const unit of given) known.push(unit)
    }
  }
  const unitsAt = (node: SyntaxNode): Unit[] => byRoot.get(node) ?? []
  const byReceiver = methodsByReceiver()
  const isUsed = usedTypes(files, packages)
  const methodsOf = remembered((pkg: PackageModel, key: string) => {
    const [name = '', type] = key.split('\0')
    const all = pkg.methods.get(name) ?? NO_METHODS
    const own =
      type === undefined ? all.filter(isUsed).slice(0, MAX_METHODS) : (byReceiver(all).get(type) ?? [])
    return own.flatMap((model) => unitsAt(model.node))
  })
  const methodLists = new Map(packages.map((pkg) => [pkg, [...pkg.methods.values()].flat()]))
  const allMethods = (pkg: PackageModel): FunctionModel[] => methodLists.get(pkg) ?? NO_METHODS
  const methodUnits = (pkg: PackageModel, name: string, type: string | null): Unit[] =>
    methodsOf(pkg, type === null ? name : `${name}\0${type}`)
  return {
    unitsAt,
    unitsIn: (unit) => byOuter.get(unit) ?? [],
    assignedUnits: (pkg, name) => byName.get(pkg)?.get(name) ?? NO_UNITS,
    packages,
    units,
    unreachable: isWhole ? unreachablePackages(packages, ownPaths) : new Set(),
    packageOf,
    functionUnits: (pkg, name) => (pkg.functions.get(name) ?? []).flatMap((model) => unitsAt(model.node)),
    methodUnits,
    methodsNear: remembered((file: FileModel, name: string, pkg: PackageModel) => {
      const imported = new Set(file.importPaths.flatMap((path) => packageOf(path) ?? []))
      return [pkg, ...imported].flatMap((each) => methodUnits(each, name, null)).slice(0, MAX_METHODS)
    }),
    methodsOfType: remembered((pkg: PackageModel, type: string) =>
      (byReceiver(allMethods(pkg)).get(type) ?? []).flatMap((model) => unitsAt(model.node)),
    ),
    literalUnits: (literal) => unitsAt(literal).filter((unit) => !unit.initialiser),
  }
}

/**
 * Tells whether any code of the module can have a value of a method's type: whether its name stands anywhere but in its declaration
 * and its methods' receivers, in a comment too. Only a user of the module can make a value of another type.
 */
function usedTypes(
  files: readonly FileModel[],
  packages: readonly PackageModel[],
): (method: FunctionModel) => boolean {
  let spare: Map<string, number> | null = null
  const count = (): Map<string, number> => {
    const counts = new Map<string, number>()
    const add = (name: string | null, by: number): void => {
      const known = name === null ? undefined : counts.get(name)
      if (name !== null && known !== undefined) counts.set(name, known + by)
    }
    for (const { types } of packages) for (const name of types.keys()) counts.set(name, 0)
    for (const { types, methods } of packages) {
      for (const name of types.keys()) add(name, -1)
      for (const { receiver } of [...methods.values()].flat()) add(receiver, -1)
    }
    for (const { text } of files) for (const [word] of text.matchAll(/\w+/g)) add(word, 1)
    return counts
  }
  return ({ receiver }) => {
    // Go's letters are more than these; a name with others counts as used.
    if (receiver === null || /\W/.test(receiver)) return true
    spare ??= count()
    return (spare.get(receiver) ?? 1) > 0
  }
}

function unreachablePackages(
  packages: readonly PackageModel[],
  ownPaths: readonly string[],
): ReadonlySet<PackageModel> {
  const byDirectory = Map.groupBy(packages, ({ directory }) => directory)
  const isInternal = (directory: string): boolean => /(^|\/)internal(\/|$)/.test(directory)
  const reached = new Set(packages.filter((pkg) => builds(pkg) && !isInternal(pkg.directory)))
  const waiting = [...reached]
  for (let pkg = waiting.pop(); pkg !== undefined; pkg = waiting.pop()) {
    for (const path of pkg.files.flatMap((file) => file.importPaths)) {
      const directory = directoryOf(path, ownPaths)
      const imported = directory === null ? [] : byDirectory.get(directory)
      // Another module nested in this one, which may import its internal packages.
      if (imported === undefined) return new Set()
      for (const each of imported.filter((other) => !reached.has(other))) {
        reached.add(each)
        waiting.push(each)
      }
    }
  }
  return ownPaths.length === 0
    ? new Set()
    : new Set(packages.filter((pkg) => !reached.has(pkg) && builds(pkg)))
}

/** Methods of one name by the types that have them, of each list once. */
function methodsByReceiver(): (all: FunctionModel[]) => ReadonlyMap<string | null, FunctionModel[]> {
  const known = new Map<FunctionModel[], Map<string | null, FunctionModel[]>>()
  return (all) => {
    const grouped = known.get(all) ?? Map.groupBy(all, ({ receiver }) => receiver)
    known.set(all, grouped)
    return grouped
  }
}

/** Caches a look-up: hostile code can ask the same question a hundred thousand times. */
function remembered<Of extends object, More extends unknown[]>(
  make: (of: Of, key: string, ...more: More) => Unit[],
): (of: Of, key: string, ...more: More) => Unit[] {
  const known = new Map<Of, Map<string, Unit[]>>()
  return (of, key, ...more) => {
    const lists = known.get(of) ?? new Map<string, Unit[]>()
    known.set(of, lists)
    const list = lists.get(key) ?? make(of, key, ...more)
    lists.set(key, list)
    return list
  }
}

function builds(pkg: PackageModel): boolean {
  return pkg.files.some((file) => file.builds)
}

/** The folder of one of the module's own packages; null for those of others. */
export function directoryOf(importPath: string, ownPaths: readonly string[]): string | null {
  if (ownPaths.includes(importPath)) return ''
  const own = ownPaths.find((path) => importPath.startsWith(`${path}/`))
  return own === undefined ? null : importPath.slice(own.length + 1)
}
