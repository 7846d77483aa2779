import { type FileModel, textOf, typeName } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import { childOf, childrenOf, type SyntaxNode, walk } from '../parse/syntax.ts'
import type { Unit } from './unit.ts'

/** A type by where it is declared: import path and name, or the package itself (`path` null). */
export interface KnownType {
  path: string | null
  name: string
}

/** Results of functions that folding and reach care about, by import path and name. */
const RESULTS: Readonly<Record<string, KnownType>> = {
  'os/exec.Command': { path: 'os/exec', name: 'Cmd' },
  'os/exec.CommandContext': { path: 'os/exec', name: 'Cmd' },
  'os.OpenRoot': { path: 'os', name: 'Root' },
}

/** A package of the module itself; null for all others. */
export type PackageOf = (importPath: string) => PackageModel | null

/** Types of names, looked up from a unit outwards. Each unit's own code is read once, however deep literals nest. */
export interface TypeScope {
  own: ReadonlyMap<string, KnownType>
  outer: TypeScope | null
  packageOf: PackageOf
}

/** A function that gives the scope of a unit, and remembers it. */
export function createTypeScopes(packageOf: PackageOf): (unit: Unit) => TypeScope {
  const known = new Map<Unit, TypeScope>()
  return function scopeOf(unit: Unit): TypeScope {
    const missing: Unit[] = []
    let at: Unit | null = unit
    for (; at !== null && !known.has(at); at = at.outer) missing.push(at)
    let scope = at === null ? null : (known.get(at) ?? null)
    for (const each of missing.reverse()) {
      scope = { own: declaredTypes(each, scope, packageOf), outer: scope, packageOf }
      known.set(each, scope)
    }
    return scope ?? { own: new Map(), outer: null, packageOf }
  }
}

function typeOfName(scope: TypeScope, name: string): KnownType | null {
  for (let at: TypeScope | null = scope; at !== null; at = at.outer) {
    const type = at.own.get(name)
    if (type !== undefined) return type
  }
  return null
}

/** Returns the types of a unit's local names that their declarations state. */
function declaredTypes(unit: Unit, outer: TypeScope | null, packageOf: PackageOf): Map<string, KnownType> {
  const types = new Map<string, KnownType>()
  const scope = { own: types, outer, packageOf }
  const { file } = unit
  const own = (node: SyntaxNode): boolean =>
    node === unit.root || node.type !== 'func_literal' || unit.inlined.has(node)
  for (const node of walk(unit.root, own)) {
    if (node.type === 'parameter_declaration' || node.type === 'var_spec') declareTyped(unit, types, node)
    if (node.type !== 'short_var_declaration' && node.type !== 'var_spec') continue
    const left = node.type === 'var_spec' ? childrenOf(node, 'name') : (childOf(node, 'left')?.children ?? [])
    const right = childOf(node, 'right') ?? childOf(node, 'value')
    for (const [at, name] of left.entries()) {
      const value = right?.children[at]
      const type = value === undefined ? null : typeOfExpression(unit, scope, value)
      if (type !== null) types.set(textOf(file, name), type)
    }
  }
  return types
}

function declareTyped(unit: Unit, types: Map<string, KnownType>, node: SyntaxNode): void {
  const type = namedType(unit.file, typeName(unit.file, childOf(node, 'type')))
  if (type === null) return
  for (const name of childrenOf(node, 'name')) types.set(textOf(unit.file, name), type)
}

/** Selectors and calls that are followed to the type of one expression: `a.b.C().d`. */
const MAX_STEPS = 20

/** Type of an expression, or null where it is not plain. */
export function typeOfExpression(
  unit: Unit,
  scope: TypeScope,
  expression: SyntaxNode,
  steps = MAX_STEPS,
): KnownType | null {
  if (steps === 0) return null
  const { file, pkg } = unit
  const node = strip(expression)
  if (node.type === 'composite_literal') return namedType(file, typeName(file, childOf(node, 'type')))
  if (node.type === 'identifier') {
    const name = textOf(file, node)
    const local = typeOfName(scope, name)
    if (local !== null) return local
    return typeOfVariable(pkg, name)
  }
  if (node.type === 'selector_expression') return typeOfSelector(unit, scope, node, steps)
  return node.type === 'call_expression' ? typeOfCall(unit, scope, node, steps) : null
}

/** Type of a package-level variable, as its package writes it. */
function typeOfVariable(pkg: PackageModel, name: string): KnownType | null {
  const [model] = pkg.values.get(name) ?? []
  if (model === undefined) return null
  if (model.typeNode !== null) return namedType(model.file, typeName(model.file, model.typeNode))
  const value = model.value === null ? null : strip(model.value)
  return value?.type === 'composite_literal'
    ? namedType(model.file, typeName(model.file, childOf(value, 'type')))
    : null
}

/** `http.DefaultClient`, a variable of another package of the module, or a field of a struct. */
function typeOfSelector(unit: Unit, scope: TypeScope, node: SyntaxNode, steps: number): KnownType | null {
  const imported = importedName(unit.file, node)
  if (imported !== null) {
    const pkg = imported.path === null ? null : scope.packageOf(imported.path)
    return (pkg === null ? null : seenFrom(typeOfVariable(pkg, imported.name), imported.path)) ?? imported
  }
  const operand = childOf(node, 'operand')
  const of = operand === null ? null : typeOfExpression(unit, scope, operand, steps - 1)
  if (of === null) return null
  const declared = (of.path === null ? unit.pkg : scope.packageOf(of.path))?.types.get(of.name)
  const struct = declared?.node ?? null
  if (declared === undefined || struct?.type !== 'struct_type') return null
  const name = textOf(unit.file, childOf(node, 'field'))
  const fields = struct.children.find(({ type }) => type === 'field_declaration_list')?.children ?? []
  const field = fields.find((each) =>
    childrenOf(each, 'name').some((own) => textOf(declared.file, own) === name),
  )
  if (field === undefined) return null
  return seenFrom(namedType(declared.file, typeName(declared.file, childOf(field, 'type'))), of.path)
}

/** A type as another package sees it: what is declared in `path` without a package is that package's. */
function seenFrom(type: KnownType | null, path: string | null): KnownType | null {
  return type?.path === null ? { path, name: type.name } : type
}

function typeOfCall(unit: Unit, scope: TypeScope, node: SyntaxNode, steps: number): KnownType | null {
  const { file, pkg } = unit
  const callee = childOf(node, 'function')
  if (callee === null) return null
  if (callee.type === 'identifier') {
    const name = textOf(file, callee)
    const argument = childOf(node, 'arguments')?.children[0] ?? null
    if (name === 'new') return namedType(file, typeName(file, argument))
    if (pkg.types.has(name)) return { path: null, name }
    const [declared] = pkg.functions.get(name) ?? []
    return declared === undefined ? null : resultType(declared.file, childOf(declared.node, 'result'))
  }
  const imported = importedName(file, callee)
  if (imported === null) return typeOfMethodCall(unit, scope, callee, steps)
  const other = imported.path === null ? null : scope.packageOf(imported.path)
  if (other !== null) {
    if (other.types.has(imported.name)) return imported
    const [declared] = other.functions.get(imported.name) ?? []
    const result = declared === undefined ? null : resultType(declared.file, childOf(declared.node, 'result'))
    return seenFrom(result, imported.path)
  }
  const key = `${imported.path}.${imported.name}`
  return Object.hasOwn(RESULTS, key) ? (RESULTS[key] ?? null) : null
}

function typeOfMethodCall(unit: Unit, scope: TypeScope, callee: SyntaxNode, steps: number): KnownType | null {
  const operand = callee.type === 'selector_expression' ? childOf(callee, 'operand') : null
  const of = operand === null ? null : typeOfExpression(unit, scope, operand, steps - 1)
  if (of === null) return null
  const pkg = of.path === null ? unit.pkg : scope.packageOf(of.path)
  const name = textOf(unit.file, childOf(callee, 'field'))
  const declared = pkg?.methods.get(name)?.find(({ receiver }) => receiver === of.name)
  if (declared === undefined) return null
  return seenFrom(resultType(declared.file, childOf(declared.node, 'result')), of.path)
}

function resultType(file: FileModel, result: SyntaxNode | null): KnownType | null {
  if (result?.type !== 'parameter_list') return namedType(file, typeName(file, result))
  return namedType(file, typeName(file, childOf(result.children[0] ?? null, 'type')))
}

/** `http.DefaultClient`: a package's variable stands for its type. */
function importedName(file: FileModel, node: SyntaxNode): KnownType | null {
  const of = childOf(node, 'operand')
  if (of?.type !== 'identifier') return null
  const path = file.imports.get(textOf(file, of))
  return path === undefined ? null : { path, name: textOf(file, childOf(node, 'field')) }
}

function namedType(file: FileModel, name: string): KnownType | null {
  if (name === '') return null
  const [alias, member] = name.split('.')
  if (member === undefined) return { path: null, name }
  const path = file.imports.get(alias ?? '')
  return path === undefined ? null : { path, name: member }
}

function strip(expression: SyntaxNode): SyntaxNode {
  let node = expression
  for (let depth = 0; depth < 10; depth++) {
    const inside = node.type === 'parenthesized_expression' ? node.children[0] : childOf(node, 'operand')
    if (inside === undefined || inside === null) return node
    if (node.type !== 'parenthesized_expression' && node.type !== 'unary_expression') return node
    node = inside
  }
  return node
}
