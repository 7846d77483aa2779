import { textOf } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import type { ModuleModel } from './module-model.ts'
import { type TypeScope, typeOfExpression } from './receiver-types.ts'
import type { Call, Taken, Unit } from './unit.ts'
import { literalsOf } from './units.ts'

/** The module's own code that a call runs, as far as names and plain types tell. Empty for calls of other modules and values. */
export function calleesOf(
  module: ModuleModel,
  unit: Unit,
  types: TypeScope,
  call: Call,
): readonly (readonly Unit[])[] {
  if (call.kind === 'name') return [named(module, unit, call.name), assigned(module, unit.pkg, call.name)]
  if (call.kind === 'method') return [methodCallees(module, unit, types, call)]
  const pkg = call.kind === 'package' ? module.packageOf(call.path) : null
  if (pkg === null || call.kind !== 'package') return []
  return [declaredUnits(module, pkg, call.name), assigned(module, pkg, call.name)]
}

/** The module's own code that a mentioned function stands for. */
export function takenUnits(
  module: ModuleModel,
  unit: Unit,
  types: TypeScope,
  { literal, name, receiver }: Taken,
): readonly Unit[] {
  if (literal !== null) return module.unitsAt(literal).filter((each) => !each.initialiser)
  if (receiver === null) return named(module, unit, name)
  return methodCallees(module, unit, types, { method: name, receiver })
}

function named(module: ModuleModel, unit: Unit, name: string): readonly Unit[] {
  for (let at: Unit | null = unit; at !== null; at = at.outer) {
    const local = at.locals.get(name)
    if (local !== undefined) return local
  }
  return declaredUnits(module, unit.pkg, name)
}

/** A function of a package, or what a variable of it holds: a literal, or another function of the package. */
function declaredUnits(module: ModuleModel, pkg: PackageModel, name: string): readonly Unit[] {
  const declared = module.functionUnits(pkg, name)
  if (declared.length > 0) return declared
  return (pkg.values.get(name) ?? []).flatMap((model) => {
    if (model.value === null) return []
    return model.value.type === 'identifier'
      ? module.functionUnits(pkg, textOf(model.file, model.value))
      : literalsOf(model.value).flatMap((literal) => module.literalUnits(literal))
  })
}

/** Functions assigned to a package-level variable anywhere. */
function assigned(module: ModuleModel, pkg: PackageModel, name: string): readonly Unit[] {
  return pkg.values.has(name) ? module.assignedUnits(pkg, name) : []
}

function methodCallees(
  module: ModuleModel,
  unit: Unit,
  types: TypeScope,
  { method, receiver }: Pick<Extract<Call, { kind: 'method' }>, 'method' | 'receiver'>,
): readonly Unit[] {
  const type = typeOfExpression(unit, types, receiver)
  if (type === null) return module.methodsNear(unit.file, method, unit.pkg)
  const pkg = type.path === null ? unit.pkg : module.packageOf(type.path)
  if (pkg === null) return []
  const exact = module.methodUnits(pkg, method, type.name)
  // Embedded types lend their methods, and any type may stand behind an interface.
  return exact.length > 0 ? exact : module.methodUnits(pkg, method, null)
}
