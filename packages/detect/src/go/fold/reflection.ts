import { textOf } from '../parse/file-model.ts'
import { stringBytes } from '../parse/literals.ts'
import { childOf, childrenOf, fieldsOf } from '../parse/syntax.ts'
import {
  boolValue,
  intValue,
  type MaybeValue,
  numberOf,
  objectValue,
  stringValue,
  textIn,
  tuple,
} from '../value/values.ts'
import type { Frame } from './frame.ts'

/** Evaluates `reflect.TypeOf(value)`: names and tags of the fields of a struct that the package declares. */
export function typeOf({ pkg }: Frame, value: MaybeValue | undefined): MaybeValue {
  const declared = value?.kind === 'map' ? pkg.types.get(value.type ?? '') : undefined
  if (declared === undefined) return null
  const { file, node } = declared
  const fields = fieldsOf(node).flatMap((field) => {
    const tag = childOf(field, 'tag')
    const text = tag === null ? '' : stringBytes(textOf(file, tag))
    return childrenOf(field, 'name').map((name) => fieldValue(textOf(file, name), text))
  })
  const self = objectValue({
    Elem: () => self,
    NumField: () => intValue(fields.length),
    Field: ([at]) => fields[numberOf(at) ?? -1]?.value ?? null,
    FieldByName: ([name]) => {
      const found = fields.find((field) => field.name === textIn(name))
      return tuple(found?.value ?? null, boolValue(found !== undefined))
    },
  })
  return self
}

/** Makes a `reflect.StructField`. */
function fieldValue(name: string, tag: string): { name: string; value: MaybeValue } {
  const get = (key: string | null): string => {
    const pairs = tag.matchAll(/([^\s":]+):("(?:\\.|[^"\\])*")/g)
    return stringBytes([...pairs].find((pair) => pair[1] === key)?.[2] ?? '""')
  }
  const entries = new Map<string, MaybeValue>([
    ['sName', stringValue(name)],
    [
      'sTag',
      objectValue({
        Get: ([key]) => stringValue(get(textIn(key))),
        Lookup: ([key]) => tuple(stringValue(get(textIn(key))), boolValue(true)),
      }),
    ],
  ])
  return { name, value: { kind: 'map', entries } }
}
