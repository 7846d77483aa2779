import { type FunctionModel, textOf, typeName } from '../parse/source-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import { convert, elementOf, isConversion, toListValue, zeroValue } from './conversions.ts'
import { newEncoding } from './encodings.ts'
import { importOf } from './fold-expression.ts'
import type { Folding, Frame } from './fold-types.ts'
import { formatGo } from './format.ts'
import { callLibrary, callMethod, lengthOf } from './library.ts'
import {
  byteList,
  GAP,
  intValue,
  type ListValue,
  listToBytes,
  lookup,
  mergeHow,
  runeToBytes,
  toText,
  type Value,
} from './values.ts'

type Args = (Value | null)[]

/** Longest slice that `make` makes. */
const MAX_MADE = 65_536

/** Value of a call as far as it is constant; tells `fold.onCall` of every call met. */
export function evaluateCall(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const callee = childOf(node, 'function')
  const argumentNodes = (childOf(node, 'arguments')?.children ?? []).filter(
    (child) => child.type !== 'comment',
  )
  if (callee === null) return null
  const name = callee.type === 'identifier' ? textOf(frame.file, callee) : ''
  if (name === 'make' || name === 'new') return makeValue(fold, frame, name, argumentNodes)
  const args = evaluateArguments(fold, frame, argumentNodes)
  // What is told about arguments is made of them: a call of everything with a large list is dear.
  fold.step(args.reduce((cost, arg) => cost + (arg?.kind === 'list' ? arg.items.length >> 6 : 0), 0))
  fold.onCall(node, args)
  for (const [at, arg] of args.entries()) {
    const place = argumentNodes[at]
    if ((arg?.kind === 'string' || arg?.kind === 'list') && place !== undefined)
      fold.onString(frame.file, place, arg)
  }
  const result = dispatch(fold, frame, callee, name, args)
  if (result !== undefined) return result
  // What becomes of a function handed to somebody else is not known; it may well be run.
  for (const arg of args) if (arg?.kind === 'function') fold.invokePerhaps(arg)
  return null
}

function evaluateArguments(fold: Folding, frame: Frame, nodes: readonly SyntaxNode[]): Args {
  const args: Args = []
  for (const node of nodes) {
    if (node.type !== 'variadic_argument') {
      const value = fold.evaluate(frame, node)
      if (value?.kind === 'tuple' && nodes.length === 1) args.push(...value.items)
      else args.push(value)
      continue
    }
    const inner = node.children[0]
    const list = inner === undefined ? null : fold.evaluate(frame, inner)
    if (list?.kind === 'list' && list.element === 'other') args.push(...list.items.slice(0, 1000))
    else args.push(list)
  }
  return args
}

/** Undefined: a call that is not followed. */
function dispatch(
  fold: Folding,
  frame: Frame,
  callee: SyntaxNode,
  name: string,
  args: Args,
): Value | null | undefined {
  if (
    callee.type === 'parenthesized_expression' ||
    callee.type === 'func_literal' ||
    callee.type === 'index_expression'
  ) {
    return callValue(fold, fold.evaluate(frame, callee), args)
  }
  const element = elementOf(frame.file, callee)
  if (element === 'byte' || element === 'rune') return toListValue(element, args[0] ?? null)
  if (callee.type === 'selector_expression') return callSelector(fold, frame, callee, args)
  if (name === '') return undefined
  const local = lookup(frame.scope, name)
  if (local.found) return callValue(fold, local.value, args)
  return callNamed(fold, frame, name, args)
}

/** Calls a function that a variable, field or element holds. */
function callValue(fold: Folding, value: Value | null, args: Args): Value | null | undefined {
  if (value?.kind === 'function') return fold.invoke(value, args)
  if (value?.kind !== 'imported') return undefined
  fold.invokeImported(value.path, value.name)
  return callLibrary(value.path, value.name, args)
}

function callNamed(fold: Folding, frame: Frame, name: string, args: Args): Value | null | undefined {
  const declared = frame.pkg.functions.get(name)
  if (declared !== undefined) return invokeDeclared(fold, frame, declared, args)
  if (isConversion(name)) return convert(name, args[0] ?? null)
  const [model] = frame.pkg.values.get(name) ?? []
  if (model !== undefined) {
    return callValue(fold, fold.global(frame.pkg, model), args)
  }
  for (const path of frame.file.dotImports) {
    const result = callLibrary(path, name, args)
    if (result !== undefined) return result
  }
  return callBuiltin(name, args)
}

function invokeDeclared(
  fold: Folding,
  frame: Frame,
  declared: readonly FunctionModel[],
  args: Args,
): Value | null {
  let result: Value | null = null
  // The same function may be there once per platform; the first one that gives something is good enough.
  for (const { file, node } of declared.slice(0, 4)) {
    const value = fold.invoke({ file, node, pkg: frame.pkg, scope: null }, args)
    result ??= value
  }
  return result
}

function callSelector(fold: Folding, frame: Frame, callee: SyntaxNode, args: Args): Value | null | undefined {
  const of = childOf(callee, 'operand')
  const field = textOf(frame.file, childOf(callee, 'field'))
  if (of === null) return undefined
  const path = importOf(frame, of)
  if (path === null) return callOnValue(fold, frame, of, field, args)
  if (path === 'fmt' && field.startsWith('Fprint')) return formatInto(field, args)
  if (path === 'strings' && field === 'Map') return mapString(fold, args)
  if (field === 'NewEncoding') return newEncoding(path, args[0])
  const pkg = fold.packageOf(path)
  const declared = pkg?.functions.get(field)
  if (pkg !== null && declared !== undefined) return invokeDeclared(fold, { ...frame, pkg }, declared, args)
  return callLibrary(path, field, args)
}

function callOnValue(
  fold: Folding,
  frame: Frame,
  of: SyntaxNode,
  field: string,
  args: Args,
): Value | null | undefined {
  const receiver = fold.evaluate(frame, of)
  if (receiver !== null) {
    if (receiver.kind === 'map') {
      const member = receiver.entries.get(`s${field}`)
      if (member !== undefined) return callValue(fold, member, args)
    }
    const result = callMethod(receiver, field, args)
    if (result !== undefined) return result
  }
  const method = methodValue(frame, of, field, receiver)
  if (method === null) return undefined
  // `T.Method(t, …)` names the receiver first.
  if (of.type === 'identifier' && frame.pkg.types.has(textOf(frame.file, of)))
    return fold.invoke({ ...method, receiver: args[0] ?? null }, args.slice(1))
  return fold.invoke(method, args)
}

/**
 * The method of that name, bound to its receiver: of the receiver's type where that is known, else the only one that the
 * package has; null where there is none, or a choice.
 */
export function methodValue(
  frame: Frame,
  of: SyntaxNode,
  name: string,
  receiver: Value | null,
): Extract<Value, { kind: 'function' }> | null {
  const methods = frame.pkg.methods.get(name) ?? []
  const type = receiver?.kind === 'map' ? receiver.type : textOf(frame.file, of)
  const method = methods.find((each) => each.receiver === type) ?? (methods.length === 1 ? methods[0] : null)
  if (method === undefined || method === null) return null
  return { kind: 'function', node: method.node, file: method.file, pkg: frame.pkg, scope: null, receiver }
}

/** `strings.Map(f, s)`: the usual home of a letter rotation. */
function mapString(fold: Folding, [mapping, s]: Args): Value | null {
  if (mapping?.kind !== 'function' || s?.kind !== 'string') return null
  let text = ''
  for (const character of toText(s.text)) {
    if (character === GAP) {
      text += GAP
      continue
    }
    const result = fold.invoke(mapping, [intValue(character.codePointAt(0) ?? 0, 32)])
    if (result?.kind !== 'int') text += GAP
    else if (result.value >= 0) text += runeToBytes(result.value)
  }
  return { kind: 'string', text, how: mergeHow(s.how, ['mapping']), piece: 0 }
}

function formatInto(field: string, [target, ...args]: Args): Value | null {
  if (target?.kind !== 'builder') return null
  const written = field === 'Fprintf' ? formatGo(args) : (args[0] ?? null)
  callMethod(target, 'WriteString', [written])
  return null
}

function makeValue(fold: Folding, frame: Frame, name: string, nodes: readonly SyntaxNode[]): Value | null {
  const [type, size] = nodes
  if (type === undefined) return null
  if (name === 'new') return zeroValue(frame.file, type) ?? named(frame, type)
  const element = elementOf(frame.file, type)
  if (type.type === 'channel_type') return { kind: 'list', items: [], element: 'other', how: [] }
  if (element === null) return type.type === 'map_type' ? { kind: 'map', entries: new Map() } : null
  const length = size === undefined ? null : fold.evaluate(frame, size)
  const count = length?.kind === 'int' ? Math.min(Math.max(length.value, 0), MAX_MADE) : 0
  const zero = element === 'other' ? null : intValue(0, element === 'byte' ? 8 : 32)
  return {
    kind: 'list',
    items: Array.from({ length: count }, () => zero),
    element,
    how: element === 'other' ? [] : [`${element} list`],
  }
}

/** `new(strings.Builder)` parses its argument as a selector, not as a type. */
function named(frame: Frame, type: SyntaxNode): Value | null {
  const name = typeName(frame.file, type)
  return name === 'strings.Builder' || name === 'bytes.Buffer' ? { kind: 'builder', text: '', how: [] } : null
}

function callBuiltin(name: string, args: Args): Value | null | undefined {
  const [first, second] = args
  if (name === 'len' || name === 'cap') return lengthOf(first)
  if (name === 'append') return append(first ?? null, args.slice(1))
  if (name === 'copy') return copy(first ?? null, second ?? null)
  if (name !== 'min' && name !== 'max') return undefined
  const numbers = args.map((arg) => (arg?.kind === 'int' ? arg.value : Number.NaN))
  return intValue(name === 'min' ? Math.min(...numbers) : Math.max(...numbers))
}

function append(list: Value | null, more: Args): Value | null {
  const base: ListValue =
    list?.kind === 'list'
      ? list
      : { kind: 'list', items: [], element: more[0]?.kind === 'int' ? 'byte' : 'other', how: [] }
  const [only] = more
  const spread =
    more.length === 1 && base.element === 'byte' && (only?.kind === 'list' || only?.kind === 'string')
  const added = spread ? spreadBytes(only) : more
  if (base.items.length + added.length > MAX_MADE) return base
  return { ...base, items: [...base.items, ...added] }
}

function spreadBytes(value: Value | null | undefined): Args {
  if (value?.kind === 'list') return value.items
  return value?.kind === 'string' ? byteList(value.text, []).items : []
}

function copy(target: Value | null, source: Value | null): Value | null {
  if (target?.kind !== 'list') return null
  const items = source?.kind === 'string' ? spreadBytes(source) : source?.kind === 'list' ? source.items : []
  const count = Math.min(items.length, target.items.length)
  target.items.splice(0, count, ...items.slice(0, count))
  return intValue(count)
}

/** Bytes that a value has when written to a file or a connection; null where they are not known. */
export function contentOf(value: Value | null): string | null {
  if (value?.kind === 'string') return value.text
  return value?.kind === 'list' ? listToBytes(value) : null
}
