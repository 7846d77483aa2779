import { type FileModel, textOf, typeName } from './source-model.ts'
import { childOf, childrenOf, type SyntaxNode, walk } from './syntax.ts'
import type { Unit } from './units.ts'

/** A type by where it is declared: import path and name, or the package itself (`path` null). */
export interface KnownType {
  path: string | null
  name: string
}

/** Results of functions that folding and reach care about, by import path and name. */
const RESULTS: Readonly<Record<string, KnownType>> = {
  'os/exec.Command': { path: 'os/exec', name: 'Cmd' },
  'os/exec.CommandContext': { path: 'os/exec', name: 'Cmd' },
}

/** Types of names, looked up from a unit outwards. Each unit's own code is read once, however deep literals nest. */
export interface TypeScope {
  own: ReadonlyMap<string, KnownType>
  outer: TypeScope | null
}

/** A function that gives the scope of a unit, and remembers it. */
export function createTypeScopes(): (unit: Unit) => TypeScope {
  const known = new Map<Unit, TypeScope>()
  return function scopeOf(unit: Unit): TypeScope {
    const missing: Unit[] = []
    let at: Unit | null = unit
    for (; at !== null && !known.has(at); at = at.outer) missing.push(at)
    let scope = at === null ? null : (known.get(at) ?? null)
    for (const each of missing.reverse()) {
      scope = { own: declaredTypes(each, scope), outer: scope }
      known.set(each, scope)
    }
    return scope ?? { own: new Map(), outer: null }
  }
}

function typeOfName(scope: TypeScope, name: string): KnownType | null {
  for (let at: TypeScope | null = scope; at !== null; at = at.outer) {
    const type = at.own.get(name)
    if (type !== undefined) return type
  }
  return null
}

/** Types of the local names of a unit, as far as their declarations say. */
function declaredTypes(unit: Unit, outer: TypeScope | null): Map<string, KnownType> {
  const types = new Map<string, KnownType>()
  const scope = { own: types, outer }
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

/** Type of an expression, or null where it is not plain. */
export function typeOfExpression(unit: Unit, scope: TypeScope, expression: SyntaxNode): KnownType | null {
  const { file, pkg } = unit
  const node = strip(expression)
  if (node.type === 'composite_literal') return namedType(file, typeName(file, childOf(node, 'type')))
  if (node.type === 'identifier') {
    const name = textOf(file, node)
    const local = typeOfName(scope, name)
    if (local !== null) return local
    const [model] = pkg.values.get(name) ?? []
    if (model === undefined) return null
    if (model.typeNode !== null) return namedType(model.file, typeName(model.file, model.typeNode))
    const value = model.value === null ? null : strip(model.value)
    return value?.type === 'composite_literal'
      ? namedType(model.file, typeName(model.file, childOf(value, 'type')))
      : null
  }
  if (node.type === 'selector_expression') return importedName(file, node)
  return node.type === 'call_expression' ? typeOfCall(unit, node) : null
}

function typeOfCall({ file, pkg }: Unit, node: SyntaxNode): KnownType | null {
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
  const key = imported === null ? '' : `${imported.path}.${imported.name}`
  return Object.hasOwn(RESULTS, key) ? (RESULTS[key] ?? null) : null
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
