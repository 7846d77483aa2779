import { intLiteral, rawLiteral, runeLiteral, stringLiteral } from '../parse/literals.ts'
import { textOf, typeName, type ValueModel } from '../parse/source-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import { convert, elementOf, toListValue, zeroValue } from './conversions.ts'
import { encodingNamed } from './encodings.ts'
import { evaluateCall, methodValue } from './fold-call.ts'
import { compositeLiteral, entryKey } from './fold-composite.ts'
import type { Folding, Frame } from './fold-types.ts'
import { applyOperator } from './operators.ts'
import {
  boolValue,
  GAP,
  howOf,
  intValue,
  lookup,
  mergeHow,
  type StringValue,
  stringValue,
  type Value,
} from './values.ts'

/** Value of an expression as far as it is constant. Called through `fold.evaluate`, which counts and bounds. */
export function evaluateExpression(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const text = (): string => textOf(frame.file, node)
  switch (node.type) {
    case 'parenthesized_expression':
    case 'literal_element':
    case 'type_assertion_expression':
      return evaluateFirst(fold, frame, node)
    case 'interpreted_string_literal':
      return stringLiteral(text())
    case 'raw_string_literal':
      return rawLiteral(text())
    case 'rune_literal':
      return runeLiteral(text())
    case 'int_literal':
      return intLiteral(text())
    case 'true':
      return boolValue(true)
    case 'false':
      return boolValue(false)
    case 'identifier':
    case 'iota':
      return identifierValue(fold, frame, text())
    case 'binary_expression':
      return binary(fold, frame, node)
    case 'unary_expression':
      return unary(fold, frame, node)
    case 'call_expression':
      return evaluateCall(fold, frame, node)
    case 'type_conversion_expression':
      return conversion(fold, frame, node)
    case 'composite_literal':
      return compositeLiteral(fold, frame, node)
    case 'index_expression':
      return index(fold.evaluate(frame, operand(node)), part(fold, frame, node, 'index'))
    case 'slice_expression':
      return slice(fold, frame, node)
    case 'selector_expression':
      return selector(fold, frame, node)
    case 'func_literal':
      return { kind: 'function', node, file: frame.file, pkg: frame.pkg, scope: frame.scope }
    default:
      for (const child of node.children) fold.evaluate(frame, child)
      return null
  }
}

function evaluateFirst(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const [first] = node.children
  return first === undefined ? null : fold.evaluate(frame, first)
}

function operand(node: SyntaxNode): SyntaxNode {
  return childOf(node, 'operand') ?? node
}

function part(fold: Folding, frame: Frame, node: SyntaxNode, field: string): Value | null {
  const child = childOf(node, field)
  return child === null ? null : fold.evaluate(frame, child)
}

function identifierValue(fold: Folding, frame: Frame, name: string): Value | null {
  const local = lookup(frame.scope, name)
  if (local.found) return local.value
  const [model] = frame.pkg.values.get(name) ?? []
  if (model !== undefined) return fold.global(frame.pkg, model)
  const [declared] = frame.pkg.functions.get(name) ?? []
  if (declared === undefined) return null
  const scope = { names: new Map(), parent: null }
  return { kind: 'function', node: declared.node, file: declared.file, pkg: frame.pkg, scope }
}

/** Initial value of a package-level variable or constant. */
export function initialValue(fold: Folding, frame: Frame, model: ValueModel): Value | null {
  if (model.value === null) return zeroValue(model.file, model.typeNode)
  const scope = { names: new Map([['iota', model.isConst ? intValue(model.iota) : null]]), parent: null }
  const value = fold.evaluate({ file: model.file, pkg: frame.pkg, scope }, model.value)
  if (model.tupleIndex !== null)
    return value?.kind === 'tuple' ? (value.items[model.tupleIndex] ?? null) : null
  if (value?.kind === 'int' && model.typeNode !== null)
    return convert(typeName(model.file, model.typeNode), value) ?? value
  return value
}

/** Goes down the left side without recursion: a long concatenation nests once for each of its pieces. */
function binary(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const spine: SyntaxNode[] = []
  let left: SyntaxNode | null = node
  while (left !== null && left.type === 'binary_expression') {
    spine.push(left)
    left = childOf(left, 'left')
  }
  let value = left === null ? null : fold.evaluate(frame, left)
  for (const at of spine.reverse()) {
    if (!fold.step()) return value
    const operator = textOf(frame.file, childOf(at, 'operator'))
    value = applyOperator(operator, value, part(fold, frame, at, 'right'))
    if (value?.kind === 'string') fold.step(value.text.length >> 8)
  }
  return value
}

function unary(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const value = part(fold, frame, node, 'operand')
  const operator = textOf(frame.file, childOf(node, 'operator'))
  // Channels are lists: what was sent first is received first.
  if (operator === '<-') return value?.kind === 'list' ? (value.items.shift() ?? null) : null
  if (value === null || operator === '&' || operator === '*' || operator === '+') return value
  if (value.kind === 'bool') return operator === '!' ? boolValue(!value.value) : null
  if (value.kind !== 'int') return null
  if (operator === '-') return intValue(-value.value, value.width, value.how)
  return operator === '^' ? intValue(~value.value, value.width, mergeHow(value.how, ['xor'])) : null
}

function conversion(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const value = part(fold, frame, node, 'operand')
  const type = childOf(node, 'type')
  const element = elementOf(frame.file, type)
  if (element === 'byte' || element === 'rune') return toListValue(element, value)
  return convert(typeName(frame.file, type), value)
}

function index(value: Value | null, at: Value | null): Value | null {
  if (value?.kind === 'map') {
    const key = entryKey(at)
    return key === null ? null : indexed(value.entries.get(key) ?? null, howOf(at))
  }
  if (at?.kind !== 'int') return null
  if (value?.kind === 'list') return indexed(value.items[at.value] ?? null, [])
  if (value?.kind !== 'string') return null
  const byte = value.text.charAt(at.value)
  return byte === '' || byte === GAP
    ? null
    : intValue(byte.charCodeAt(0), 8, mergeHow(value.how, ['indexing']))
}

function indexed(item: Value | null, how: readonly string[]): Value | null {
  if (item?.kind === 'string' || item?.kind === 'int')
    return { ...item, how: mergeHow(item.how, how, ['indexing']) }
  return item
}

function slice(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const value = fold.evaluate(frame, operand(node))
  const bound = (field: string, otherwise: number): number | null => {
    if (childOf(node, field) === null) return otherwise
    const given = part(fold, frame, node, field)
    return given?.kind === 'int' && given.value >= 0 ? given.value : null
  }
  const from = bound('start', 0)
  const to = bound('end', Number.MAX_SAFE_INTEGER)
  if (from === null || to === null) return null
  if (value?.kind === 'list') return { ...value, items: value.items.slice(from, to) }
  if (value?.kind !== 'string' || value.text.includes(GAP)) return null
  const text = value.text.slice(from, to)
  const cut: StringValue = stringValue(text, value.how, Math.min(value.piece, text.length))
  return cut
}

function selector(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const of = childOf(node, 'operand')
  const field = textOf(frame.file, childOf(node, 'field'))
  if (of === null) return null
  const path = importOf(frame, of)
  if (path === null) {
    const value = fold.evaluate(frame, of)
    const member = value?.kind === 'map' ? value.entries.get(`s${field}`) : undefined
    return member === undefined ? methodValue(frame, of, field, value) : member
  }
  const known = encodingNamed(path, field)
  if (known !== null) return known
  const pkg = fold.packageOf(path)
  if (pkg === null) return { kind: 'imported', path, name: field }
  const [model] = pkg.values.get(field) ?? []
  return model === undefined ? null : fold.global(pkg, model)
}

/** Import path that an identifier stands for, unless a local name hides it. */
export function importOf(frame: Frame, node: SyntaxNode): string | null {
  if (node.type !== 'identifier') return null
  const name = textOf(frame.file, node)
  return lookup(frame.scope, name).found ? null : (frame.file.imports.get(name) ?? null)
}
