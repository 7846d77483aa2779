import { callLibrary, callMethod } from '../library/library.ts'
import { textOf } from '../parse/file-model.ts'
import type { FunctionModel, PackageModel } from '../parse/package-model.ts'
import { childOf, partsOf, type SyntaxNode } from '../parse/syntax.ts'
import { isByte } from '../value/int-types.ts'
import { type FunctionValue, type MaybeValue, pointedTo } from '../value/values.ts'
import { callBuiltin, makeValue } from './builtins.ts'
import { evaluate, type Frame, importOf, lookup } from './frame.ts'
import { typeOf } from './reflection.ts'
import { convert } from './types.ts'

type Args = MaybeValue[]

/** The value of a call; undefined where folding does not follow it. */
type Result = MaybeValue | undefined

/** Evaluates the constant part of a call; passes every call to `fold.onCall`. */
export function evaluateCall(frame: Frame, node: SyntaxNode): MaybeValue {
  const { fold, file } = frame
  const callee = childOf(node, 'function')
  const argumentNodes = partsOf(childOf(node, 'arguments'))
  if (callee === null) return null
  const name = callee.type === 'identifier' ? textOf(file, callee) : ''
  if (name === 'make' || name === 'new') return makeValue(frame, name, argumentNodes)
  const args = evaluateArguments(frame, argumentNodes)
  // Describing the arguments costs time: a call of everything with a large list is expensive.
  fold.step(args.reduce((cost, arg) => cost + (arg?.kind === 'list' ? arg.items.length >> 6 : 0), 0))
  fold.onCall(node, args)
  for (const [at, given] of args.entries()) {
    const arg = pointedTo(given)
    const place = argumentNodes[at]
    if ((arg?.kind === 'string' || arg?.kind === 'list') && place !== undefined)
      fold.onString(file, place, arg)
  }
  const result = call(frame, callee, name, args)
  if (result !== undefined) return result
  // Unknown code may well run a function that it is given.
  for (const arg of args) if (arg?.kind === 'function') fold.invoke(arg, [])
  return null
}

function evaluateArguments(frame: Frame, nodes: readonly SyntaxNode[]): Args {
  const args: Args = []
  for (const node of nodes) {
    if (node.type !== 'variadic_argument') {
      const value = evaluate(frame, node)
      if (value?.kind === 'tuple' && nodes.length === 1) args.push(...value.items)
      else args.push(value)
      continue
    }
    const list = evaluate(frame, node.children[0])
    if (list?.kind !== 'list' || isByte(list.element)) args.push(list)
    else for (const item of list.items) args.push(item)
    frame.fold.step(args.length >> 6)
  }
  return args
}

const CALLED_VALUES = new Set(['parenthesized_expression', 'func_literal', 'index_expression'])

/** Evaluates `(*T)(pointer)`, with which unsafe code reads one type as another; undefined for other calls. */
function readAs(frame: Frame, callee: SyntaxNode, args: Args): Result {
  const [pointer] = callee.type === 'parenthesized_expression' ? partsOf(callee) : []
  if (pointer?.type !== 'unary_expression') return undefined
  return convert(frame, childOf(pointer, 'operand'), pointedTo(args[0] ?? null))
}

function call(frame: Frame, callee: SyntaxNode, name: string, args: Args): Result {
  const read = readAs(frame, callee, args)
  if (read !== undefined) return read
  if (CALLED_VALUES.has(callee.type)) return callValue(frame, evaluate(frame, callee), args)
  if (callee.type === 'selector_expression') return callSelector(frame, callee, args)
  const local = lookup(frame.scope, name)
  if (local !== undefined) return callValue(frame, local, args)
  const declared = frame.pkg.functions.get(name)
  if (declared !== undefined) return invokeDeclared(frame, frame.pkg, declared, args)
  const converted = convert(frame, callee, args[0] ?? null)
  if (converted !== undefined) return converted
  const [model] = frame.pkg.values.get(name) ?? []
  if (model !== undefined) return callValue(frame, frame.fold.global(frame.pkg, model), args)
  for (const path of frame.file.dotImports) {
    const result = callLibrary(path, name, args, frame.fold.host)
    if (result !== undefined) return result
  }
  return callBuiltin(name, args)
}

/** Calls a function that a variable, field or element holds. */
function callValue({ fold }: Frame, value: MaybeValue, args: Args): Result {
  return fold.host.call(value, args)
}

function invokeDeclared(
  { fold }: Frame,
  pkg: PackageModel,
  declared: readonly FunctionModel[],
  args: Args,
): MaybeValue {
  let result: MaybeValue = null
  // A function may be declared once per platform; the first result will do.
  for (const { file, node } of declared.slice(0, 4)) {
    const value = fold.invoke({ file, node, pkg, scope: null }, args)
    result ??= value
  }
  return result
}

function callSelector(frame: Frame, callee: SyntaxNode, args: Args): Result {
  const of = childOf(callee, 'operand')
  const field = textOf(frame.file, childOf(callee, 'field'))
  if (of === null) return undefined
  const path = importOf(frame, of)
  if (path === null) return callOnValue(frame, of, field, args)
  if (path === 'reflect' && field === 'TypeOf') return typeOf(frame, args[0])
  const pkg = frame.fold.packageOf(path)
  const declared = pkg?.functions.get(field)
  if (pkg !== null && declared !== undefined) return invokeDeclared(frame, pkg, declared, args)
  return callLibrary(path, field, args, frame.fold.host)
}

function callOnValue(frame: Frame, of: SyntaxNode, field: string, args: Args): Result {
  const receiver = evaluate(frame, of)
  if (receiver?.kind === 'map') {
    const member = receiver.entries.get(`s${field}`)
    if (member !== undefined) return callValue(frame, member, args)
  }
  const result = receiver === null ? undefined : callMethod(receiver, field, args, frame.fold.host)
  if (result !== undefined) return result
  const method = methodValue(frame, of, field, receiver)
  if (method === null) return undefined
  // `T.Method(t, …)` names the receiver first.
  if (of.type === 'identifier' && frame.pkg.types.has(textOf(frame.file, of)))
    return frame.fold.invoke({ ...method, receiver: args[0] ?? null }, args.slice(1))
  return frame.fold.invoke(method, args)
}

/**
 * Returns the method of that name, bound to its receiver: that of the receiver's type where the type is known, else the only
 * one of the package; null for no method or several.
 */
export function methodValue(
  { file, pkg }: Frame,
  of: SyntaxNode,
  name: string,
  receiver: MaybeValue,
): FunctionValue | null {
  const methods = pkg.methods.get(name) ?? []
  const type = receiver?.kind === 'map' ? receiver.type : textOf(file, of)
  const method = methods.find((each) => each.receiver === type) ?? (methods.length === 1 ? methods[0] : null)
  if (method === undefined || method === null) return null
  return { kind: 'function', node: method.node, file: method.file, pkg, scope: null, receiver }
}
