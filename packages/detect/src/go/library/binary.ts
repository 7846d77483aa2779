import { GAP } from '../parse/bytes.ts'
import { intTypeNamed } from '../value/int-types.ts'
import {
  allHow,
  byteList,
  type IntValue,
  intValue,
  knownBytes,
  type LibraryFunction,
  MAX_FOLDED_LENGTH,
  type MaybeValue,
  mergeHow,
  type ObjectValue,
  objectValue,
  tuple,
  writeItems,
} from '../value/values.ts'

type Arg = MaybeValue | undefined

const HOW = ['packing']

/** `binary.BigEndian` and its like. */
export const BYTE_ORDERS: Readonly<Record<string, ObjectValue>> = {
  'encoding/binary.BigEndian': byteOrder(true),
  'encoding/binary.LittleEndian': byteOrder(false),
  'encoding/binary.NativeEndian': byteOrder(false),
}

/** Packages encoding/binary and math/bits. */
export const BINARY_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'encoding/binary.PutUvarint': ([into, value]) => putVarint(into, value),
  'encoding/binary.Uvarint': ([bytes]) => varint(bytes),
  'encoding/binary.Write': ([to, order, value], host) => {
    const bytes = order?.kind === 'object' ? order.methods['encode']?.([value ?? null], host) : null
    if (to?.kind !== 'builder') return null
    to.text = (to.text + (knownBytes(bytes) ?? GAP)).slice(0, MAX_FOLDED_LENGTH)
    to.how = mergeHow(to.how, allHow(bytes))
    return null
  },
  ...rotations(),
}

function byteOrder(big: boolean): ObjectValue {
  const methods: Record<string, LibraryFunction> = {
    encode: ([value]) => encodeAll(value, big),
  }
  for (const bits of [16, 32, 64]) {
    const size = bits / 8
    methods[`PutUint${bits}`] = ([into, value]) => {
      if (into?.kind === 'list') writeItems(into, 0, split(value, size, big), HOW)
      return null
    }
    methods[`AppendUint${bits}`] = ([into, value]) => {
      if (into !== null && into?.kind !== 'list') return null
      const bytes = byteList('', HOW)
      return { ...bytes, items: [...(into?.items ?? []), ...split(value, size, big)] }
    }
    methods[`Uint${bits}`] = ([bytes]) => {
      const text = knownBytes(bytes)?.slice(0, size)
      if (text?.length !== size) return null
      return intValue(joined(text, big), intTypeNamed(`uint${bits}`) ?? undefined, allHow(bytes))
    }
  }
  return objectValue(methods)
}

/** Returns the bytes of an integer; unknown ones where it is not known. */
function split(value: Arg, size: number, big: boolean): MaybeValue[] {
  if (value?.kind !== 'int') return Array.from({ length: size }, () => null)
  const bytes = BigInt.asUintN(size * 8, value.value)
    .toString(16)
    .padStart(size * 2, '0')
  const text = Buffer.from(bytes, 'hex').toString('latin1')
  const { items } = byteList(text)
  return big ? items : items.toReversed()
}

function joined(bytes: string, big: boolean): bigint {
  const buffer = Buffer.from(bytes, 'latin1')
  return BigInt(`0x${(big ? buffer : buffer.reverse()).toString('hex')}`)
}

/** Returns the bytes that `binary.Write` writes of an integer or a list of them. */
function encodeAll(value: Arg, big: boolean): MaybeValue {
  const values = value?.kind === 'list' ? value.items : [value ?? null]
  if (!values.every((each): each is IntValue => each?.kind === 'int' && each.type.bits > 0)) return null
  const items = values.flatMap((each) => split(each, each.type.bits / 8, big))
  return { ...byteList('', HOW), items }
}

function putVarint(into: Arg, value: Arg): MaybeValue {
  if (into?.kind !== 'list' || value?.kind !== 'int') return null
  let [rest, text] = [BigInt.asUintN(64, value.value), '']
  for (; rest >= 128n; rest >>= 7n) text += String.fromCharCode(Number(rest & 127n) | 128)
  return intValue(writeItems(into, 0, byteList(text + String.fromCharCode(Number(rest))).items, HOW))
}

function varint(bytes: Arg): MaybeValue {
  const text = knownBytes(bytes) ?? ''
  let value = 0n
  for (let at = 0; at < Math.min(text.length, 10); at++) {
    const code = text.charCodeAt(at)
    value |= BigInt(code & 127) << BigInt(7 * at)
    if (code < 128) return tuple(intValue(value, intTypeNamed('uint64') ?? undefined, HOW), intValue(at + 1))
  }
  return null
}

/** Makes `bits.RotateLeft8`, `bits.Reverse8`, `bits.ReverseBytes16` and the like. */
function rotations(): Record<string, LibraryFunction> {
  const functions: Record<string, LibraryFunction> = {}
  for (const bits of [8, 16, 32, 64] as const) {
    const type = intTypeNamed(`uint${bits}`) ?? undefined
    const width = BigInt(bits)
    const change = (value: Arg, result: (own: bigint) => bigint): MaybeValue => {
      if (value?.kind !== 'int') return null
      return intValue(result(BigInt.asUintN(bits, value.value)), type, mergeHow(value.how, ['shift']))
    }
    functions[`math/bits.RotateLeft${bits}`] = ([value, by]) => {
      if (by?.kind !== 'int') return null
      const count = ((by.value % width) + width) % width
      return change(value, (own) => (own << count) | (own >> (width - count)))
    }
    functions[`math/bits.Reverse${bits}`] = ([value]) =>
      change(value, (own) =>
        BigInt(`0b${Array.from(own.toString(2).padStart(bits, '0')).toReversed().join('')}`),
      )
    functions[`math/bits.ReverseBytes${bits}`] = ([value]) =>
      change(value, (own) =>
        joined(Buffer.from(own.toString(16).padStart(bits / 4, '0'), 'hex').toString('latin1'), false),
      )
  }
  return functions
}
