import { libraryValue } from '../library/library.ts'
import { GAP } from '../parse/bytes.ts'
import { textOf } from '../parse/file-model.ts'
import { floatOf, integerOf, runeCode, stringBytes } from '../parse/literals.ts'
import type { ValueModel } from '../parse/package-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import { BYTE, UNTYPED_INT, UNTYPED_RUNE } from '../value/int-types.ts'
import { applyOperator, applyUnary } from '../value/operators.ts'
import {
  boolValue,
  floatValue,
  howOf,
  intValue,
  type MaybeValue,
  mergeHow,
  numberOf,
  sliceList,
  stringValue,
} from '../value/values.ts'
import { evaluateCall, methodValue } from './calls.ts'
import { compositeLiteral, entryKey } from './composites.ts'
import { embeddedValue } from './embedded.ts'
import { emptyScope, evaluate, type Frame, importOf, lookup } from './frame.ts'
import { store } from './store.ts'
import { assigned, convert, zeroValue } from './types.ts'

type Evaluation = (frame: Frame, node: SyntaxNode) => MaybeValue

/** Evaluations by kind of expression. */
const EVALUATIONS: Readonly<Record<string, Evaluation>> = {
  parenthesized_expression: first,
  literal_element: first,
  type_assertion_expression: first,
  interpreted_string_literal: string,
  raw_string_literal: string,
  rune_literal: (frame, node) => untyped(runeCode(textOf(frame.file, node)), UNTYPED_RUNE),
  int_literal: (frame, node) => untyped(integerOf(textOf(frame.file, node)), UNTYPED_INT),
  float_literal: (frame, node) => float(textOf(frame.file, node)),
  true: () => boolValue(true),
  false: () => boolValue(false),
  identifier,
  iota: identifier,
  binary_expression: binary,
  unary_expression: unary,
  call_expression: evaluateCall,
  type_conversion_expression: conversion,
  composite_literal: compositeLiteral,
  index_expression: index,
  slice_expression: slice,
  selector_expression: selector,
  func_literal: ({ file, pkg, scope }, node) => ({ kind: 'function', node, file, pkg, scope }),
}

/** Evaluates the constant part of an expression. The machine calls it, counts the steps and bounds the depth. */
export function evaluateExpression(frame: Frame, node: SyntaxNode): MaybeValue {
  const evaluation = EVALUATIONS[node.type]
  if (evaluation !== undefined) return evaluation(frame, node)
  for (const child of node.children) evaluate(frame, child)
  return null
}

function first(frame: Frame, node: SyntaxNode): MaybeValue {
  return evaluate(frame, node.children[0])
}

function string(frame: Frame, node: SyntaxNode): MaybeValue {
  return stringValue(stringBytes(textOf(frame.file, node)))
}

function untyped(value: bigint | number | null, type: typeof UNTYPED_INT): MaybeValue {
  return value === null ? null : intValue(value, type)
}

function float(source: string): MaybeValue {
  const value = floatOf(source)
  return value === null ? null : floatValue(value, 0)
}

function identifier(frame: Frame, node: SyntaxNode): MaybeValue {
  const name = textOf(frame.file, node)
  const local = lookup(frame.scope, name)
  if (local !== undefined) return local
  const [model] = frame.pkg.values.get(name) ?? []
  if (model !== undefined) return frame.fold.global(frame.pkg, model)
  const [declared] = frame.pkg.functions.get(name) ?? []
  if (declared === undefined) return null
  return { kind: 'function', node: declared.node, file: declared.file, pkg: frame.pkg, scope: null }
}

/** Returns the initial value of a package-level variable or constant. */
export function initialValue(outer: Frame, model: ValueModel): MaybeValue {
  const { file, typeNode, isConst } = model
  const scope = emptyScope()
  if (isConst) scope.names.set('iota', intValue(model.iota, UNTYPED_INT))
  const frame = { ...outer, file, scope }
  if (model.value === null) return embeddedValue(frame, model) ?? zeroValue(frame, typeNode)
  const value = evaluate(frame, model.value)
  const own =
    model.tupleIndex === null
      ? value
      : value?.kind === 'tuple'
        ? (value.items[model.tupleIndex] ?? null)
        : null
  return isConst && typeNode === null ? own : assigned(frame, typeNode, own)
}

/** Walks down the left side without recursion: a long concatenation nests once for each of its pieces. */
function binary(frame: Frame, node: SyntaxNode): MaybeValue {
  const spine: SyntaxNode[] = []
  let left: SyntaxNode | null = node
  while (left !== null && left.type === 'binary_expression') {
    spine.push(left)
    left = childOf(left, 'left')
  }
  let value = evaluate(frame, left)
  for (const at of spine.reverse()) {
    if (!frame.fold.step()) return value
    const operator = textOf(frame.file, childOf(at, 'operator'))
    value = applyOperator(operator, value, evaluate(frame, childOf(at, 'right')))
    if (value?.kind === 'string') frame.fold.step(value.text.length >> 8)
  }
  return value
}

const POINTED_TO = new Set(['string', 'int', 'float', 'bool'])

function unary(frame: Frame, node: SyntaxNode): MaybeValue {
  const operand = childOf(node, 'operand')
  const value = evaluate(frame, operand)
  const operator = textOf(frame.file, childOf(node, 'operator'))
  if (operator === '&' && operand !== null && value !== null) {
    if (operand.type === 'identifier' && POINTED_TO.has(value.kind))
      return { kind: 'pointer', get: () => evaluate(frame, operand), set: (to) => store(frame, operand, to) }
    if (operand.type === 'index_expression' && value.kind === 'int') return addressIn(frame, operand)
  }
  // A channel is a list: what was sent first is received first.
  if (operator === '<-') return value?.kind === 'list' ? (value.items.shift() ?? null) : null
  return applyUnary(operator, value)
}

/** Returns `&list[index]`: the rest of the list stands for the address of its first element. */
function addressIn(frame: Frame, node: SyntaxNode): MaybeValue {
  const list = evaluate(frame, childOf(node, 'operand'))
  const at = numberOf(evaluate(frame, childOf(node, 'index')))
  return list?.kind === 'list' && at !== null ? sliceList(list, at, list.items.length) : null
}

function conversion(frame: Frame, node: SyntaxNode): MaybeValue {
  return convert(frame, childOf(node, 'type'), evaluate(frame, childOf(node, 'operand'))) ?? null
}

function index(frame: Frame, node: SyntaxNode): MaybeValue {
  const value = evaluate(frame, childOf(node, 'operand'))
  const at = evaluate(frame, childOf(node, 'index'))
  if (value?.kind === 'map') {
    const key = entryKey(at)
    return key === null ? null : indexed(value.entries.get(key) ?? null, howOf(at))
  }
  if (at?.kind !== 'int') return null
  if (value?.kind === 'list') return indexed(value.items[Number(at.value)] ?? null, [])
  if (value?.kind !== 'string') return null
  const byte = value.text.charAt(Number(at.value))
  if (byte === '' || byte === GAP) return null
  return intValue(byte.charCodeAt(0), BYTE, mergeHow(value.how, ['indexing']))
}

function indexed(item: MaybeValue, how: readonly string[]): MaybeValue {
  if (item?.kind === 'string' || item?.kind === 'int')
    return { ...item, how: mergeHow(item.how, how, ['indexing']) }
  return item
}

function slice(frame: Frame, node: SyntaxNode): MaybeValue {
  const value = evaluate(frame, childOf(node, 'operand'))
  const bound = (field: string, otherwise: number): number | null => {
    const written = childOf(node, field)
    const given = evaluate(frame, written)
    if (written === null) return otherwise
    return given?.kind === 'int' && given.value >= 0n ? Number(given.value) : null
  }
  const from = bound('start', 0)
  const to = bound('end', Number.MAX_SAFE_INTEGER)
  if (from === null || to === null) return null
  if (value?.kind === 'list') return sliceList(value, from, to)
  if (value?.kind !== 'string' || value.text.includes(GAP)) return null
  const text = value.text.slice(from, to)
  return stringValue(text, value.how, Math.min(value.piece, text.length))
}

function selector(frame: Frame, node: SyntaxNode): MaybeValue {
  const of = childOf(node, 'operand')
  const field = textOf(frame.file, childOf(node, 'field'))
  if (of === null) return null
  const path = importOf(frame, of)
  if (path === null) {
    const value = evaluate(frame, of)
    const member = value?.kind === 'map' ? value.entries.get(`s${field}`) : undefined
    return member === undefined ? methodValue(frame, of, field, value) : member
  }
  const known = libraryValue(path, field)
  if (known !== null) return known
  const pkg = frame.fold.packageOf(path)
  if (pkg === null) return { kind: 'imported', path, name: field }
  const [model] = pkg.values.get(field) ?? []
  return model === undefined ? null : frame.fold.global(pkg, model)
}
