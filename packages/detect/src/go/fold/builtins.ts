import type { SyntaxNode } from '../parse/syntax.ts'
import { BYTE, type IntType, isByte } from '../value/int-types.ts'
import { extreme } from '../value/operators.ts'
import {
  byteList,
  emptyMap,
  howOf,
  intValue,
  type ListValue,
  lengthOf,
  listValue,
  MAX_LIST,
  type MaybeValue,
  mergeHow,
  writeItems,
} from '../value/values.ts'
import { evaluate, type Frame } from './frame.ts'
import { elementOf, listHow, zeroList, zeroValue } from './types.ts'

type Args = readonly MaybeValue[]

const BUILTINS: Readonly<Record<string, (args: Args) => MaybeValue>> = {
  len: ([value]) => lengthOf(value),
  cap: ([value]) => lengthOf(value),
  append: ([list, ...more]) => append(list ?? null, more),
  copy: ([target, source]) => copy(target ?? null, source ?? null),
  min: (args) => extreme('min', args),
  max: (args) => extreme('max', args),
}

/** Calls a predeclared function; undefined for other names, and for functions that folding does not follow. */
export function callBuiltin(name: string, args: Args): MaybeValue | undefined {
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name]?.(args) : undefined
}

/** Evaluates `make(type, size)` or `new(type)`. */
export function makeValue(frame: Frame, name: 'make' | 'new', nodes: readonly SyntaxNode[]): MaybeValue {
  const [type, size] = nodes
  if (type === undefined) return null
  if (name === 'new') return zeroValue(frame, type)
  if (type.type === 'channel_type') return listValue([])
  const element = elementOf(frame, type)
  if (element === undefined) return zeroValue(frame, type)?.kind === 'map' ? emptyMap() : null
  const length = evaluate(frame, size)
  const count = length?.kind === 'int' ? Math.min(Number(length.value), MAX_LIST) : 0
  return zeroList(count, element, listHow(element))
}

function append(list: MaybeValue, more: Args): MaybeValue {
  const base: ListValue = list?.kind === 'list' ? list : listValue([], likelyElement(more))
  const [only] = more
  // `append(b, s...)`
  const spread =
    more.length === 1 && isByte(base.element) && (only?.kind === 'string' || only?.kind === 'list')
  const added = spread ? bytesIn(only) : more
  if (base.items.length + added.length > MAX_LIST) return base
  const { element } = base
  const items = added.map((item) =>
    element !== null && item?.kind === 'int' ? intValue(item.value, element, item.how) : item,
  )
  const how = spread ? mergeHow(base.how, howOf(only)) : base.how
  return listValue([...base.items, ...items], element, how)
}

/** Guesses the element type of a list of which nothing is known but what is added. */
function likelyElement(added: Args): IntType | null {
  const [first] = added
  if (first?.kind === 'int' && first.type.bits > 0) return first.type
  const bytes = added.every((item) => item?.kind === 'int' && item.value >= 0n && item.value < 256n)
  return bytes ? BYTE : null
}

function bytesIn(value: MaybeValue | undefined): Args {
  if (value?.kind === 'list') return value.items
  return value?.kind === 'string' ? byteList(value.text).items : []
}

function copy(target: MaybeValue, source: MaybeValue): MaybeValue {
  if (target?.kind !== 'list') return null
  return intValue(writeItems(target, 0, [...bytesIn(source)], howOf(source)))
}
