import { type FileModel, modelPackages, type PackageModel, textOf } from './source-model.ts'
import { childOf, type SyntaxNode } from './syntax.ts'
import { type Unit, unitsOf } from './units.ts'

/** All packages of one analysis with the look-ups that cross them. */
export interface ModuleModel {
  packages: PackageModel[]
  units: Unit[]
  /** A package of the module itself, or null for everything else. */
  packageOf(importPath: string): PackageModel | null
  functionUnits(pkg: PackageModel, name: string): Unit[]
  /** Methods of that name, of one type or (null) of all. */
  methodUnits(pkg: PackageModel, name: string, type: string | null): Unit[]
  literalUnits(literal: SyntaxNode): Unit[]
  /** Units whose code begins at a node: a declaration or a function literal. */
  unitsAt(node: SyntaxNode): Unit[]
  /** Function literals that stand right in a unit. */
  unitsIn(unit: Unit): Unit[]
  /** Function literals that are given to a name anywhere in a package: the same list each time. */
  assignedUnits(pkg: PackageModel, name: string): Unit[]
}

const NO_UNITS: Unit[] = []

/** Builds the model. `ownPaths` tell which imports lead back into the module. */
export function modelModule(files: readonly FileModel[], ownPaths: readonly string[]): ModuleModel {
  const packages = modelPackages(files)
  const units = packages.flatMap(unitsOf)
  const byRoot = new Map<SyntaxNode, Unit[]>()
  for (const unit of units) {
    const list = byRoot.get(unit.root)
    if (list === undefined) byRoot.set(unit.root, [unit])
    else list.push(unit)
  }
  const byOuter = Map.groupBy(units, ({ outer }) => outer)
  const byName = new Map<PackageModel, Map<string, Unit[]>>()
  for (const { pkg, locals } of units) {
    const assigned = byName.get(pkg) ?? new Map<string, Unit[]>()
    byName.set(pkg, assigned)
    for (const [name, given] of locals) {
      const known = assigned.get(name)
      if (known === undefined) assigned.set(name, [...given])
      else for (const unit of given) known.push(unit)
    }
  }
  const byDirectory = new Map(packages.filter(builds).map((pkg) => [pkg.directory, pkg]))
  const unitsAt = (node: SyntaxNode): Unit[] => byRoot.get(node) ?? []
  return {
    unitsAt,
    unitsIn: (unit) => byOuter.get(unit) ?? [],
    assignedUnits: (pkg, name) => byName.get(pkg)?.get(name) ?? NO_UNITS,
    packages,
    units,
    packageOf: (path) => byDirectory.get(directoryOf(path, ownPaths) ?? '\0') ?? null,
    functionUnits: (pkg, name) => (pkg.functions.get(name) ?? []).flatMap((model) => unitsAt(model.node)),
    methodUnits: (pkg, name, type) =>
      (pkg.methods.get(name) ?? [])
        .filter((model) => type === null || model.receiver === type)
        .flatMap((model) => unitsAt(model.node)),
    literalUnits: (literal) => unitsAt(literal).filter((unit) => !unit.initialiser),
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

/** `alias.Member` as import path and member; null where the operand is no import. */
export function importOfName(file: FileModel, node: SyntaxNode): { path: string; member: string } | null {
  const of = childOf(node, 'operand')
  if (of?.type !== 'identifier') return null
  const path = file.imports.get(textOf(file, of))
  return path === undefined ? null : { path, member: textOf(file, childOf(node, 'field')) }
}
