import { GAP, runeToBytes, toBytes, toText } from '../parse/bytes.ts'
import { integerOf, stringBytes } from '../parse/literals.ts'
import { applyEncoding, HEX } from './encodings.ts'
import { formatGo } from './format.ts'
import { INT, type IntType, intTypeNamed, wrap } from './int-types.ts'
import { concat } from './operators.ts'
import {
  type BuilderValue,
  byteList,
  bytesOf,
  howOf,
  intValue,
  lengthOf,
  listValue,
  type MaybeValue,
  madeString,
  mergeHow,
  type StringValue,
  stringValue,
  type Value,
} from './values.ts'

type Arg = MaybeValue | undefined
type Args = readonly MaybeValue[]
type LibraryFunction = (args: Args) => MaybeValue

/** Calls a standard library function; undefined for those that folding does not follow. */
export function callLibrary(path: string, name: string, args: Args): MaybeValue | undefined {
  if (path === 'encoding/hex') return applyEncoding(HEX, name, args)
  const key = `${path}.${name}`
  return Object.hasOwn(FUNCTIONS, key) ? (FUNCTIONS[key]?.(args) ?? null) : undefined
}

const FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'strings.Join': ([list, separator]) => join(list ?? null, separator ?? null),
  'strings.Replace': ([s, from, to, n]) => replace(s, from, to, n?.kind === 'int' ? Number(n.value) : -1),
  'strings.ReplaceAll': ([s, from, to]) => replace(s, from, to, -1),
  'strings.Repeat': ([s, count]) => repeat(s, count),
  'strings.ToLower': ([s]) => changed(s, 'case', (text) => text.toLowerCase()),
  'strings.ToUpper': ([s]) => changed(s, 'case', (text) => text.toUpperCase()),
  'strings.TrimSpace': ([s]) => kept(s, (text) => text.trim()),
  'strings.Trim': ([s, cut]) => kept(s, (text) => trimSet(text, cut, true, true)),
  'strings.TrimLeft': ([s, cut]) => kept(s, (text) => trimSet(text, cut, true, false)),
  'strings.TrimRight': ([s, cut]) => kept(s, (text) => trimSet(text, cut, false, true)),
  'strings.TrimPrefix': ([s, p]) => kept(s, (text) => trimAffix(text, p, true)),
  'strings.TrimSuffix': ([s, p]) => kept(s, (text) => trimAffix(text, p, false)),
  'strings.Split': ([s, separator]) => split(s, separator),
  'strings.Fields': ([s]) => fields(s),
  'strings.NewReplacer': (args) => newReplacer(args),
  'strings.Clone': ([s]) => s ?? null,
  'bytes.Clone': ([s]) => s ?? null,
  'bytes.NewBufferString': ([s]) => newBuilder(s),
  'bytes.NewBuffer': ([s]) => newBuilder(s?.kind === 'list' ? stringValue(bytesOf(s) ?? '') : s),
  'bytes.Join': ([list, separator]) => join(list ?? null, separator ?? null),
  'fmt.Sprintf': (args) => formatGo(args),
  'fmt.Fprintf': ([target, ...args]) => printTo(target, formatGo(args)),
  'fmt.Fprint': ([target, first]) => printTo(target, first ?? null),
  'fmt.Fprintln': ([target, first]) => printTo(target, first ?? null),
  'fmt.Sprint': (args) => args.reduce<Value>((all, arg) => concat(all, printed(arg)), stringValue('')),
  'strconv.Itoa': ([n]) => (n?.kind === 'int' ? printed(n) : null),
  'strconv.Atoi': ([s]) => parsed(s, 10, INT),
  'strconv.ParseInt': ([s, base]) => parsed(s, numberOf(base), intTypeNamed('int64')),
  'strconv.ParseUint': ([s, base]) => parsed(s, numberOf(base), intTypeNamed('uint64')),
  'strconv.Unquote': ([s]) => ({ kind: 'tuple', items: [unquote(s), null] }),
  'strconv.QuoteRune': () => null,
  'net/url.QueryUnescape': ([s]) => ({ kind: 'tuple', items: [percentDecode(s), null] }),
  'net/url.PathUnescape': ([s]) => ({ kind: 'tuple', items: [percentDecode(s), null] }),
  'slices.Reverse': ([list]) => reverse(list),
  'errors.New': () => null,
  'os.Getenv': ([name]) => environment(name),
  'os.LookupEnv': ([name]) => ({ kind: 'tuple', items: [environment(name), null] }),
}

function environment(name: Arg): MaybeValue {
  return name?.kind === 'string' ? { kind: 'environment', name: name.text } : null
}

function join(list: MaybeValue, separator: MaybeValue): MaybeValue {
  const between = bytesOf(separator)
  if (list?.kind !== 'list' || list.element !== null || between === null) return null
  let joined: StringValue = stringValue('')
  for (const [index, item] of list.items.entries()) {
    if (index > 0 && between !== '') joined = concat(joined, stringValue(between))
    joined = concat(joined, item?.kind === 'list' ? stringValue(bytesOf(item) ?? GAP) : item)
  }
  return stringValue(joined.text, mergeHow(joined.how, list.how, ['join']), joined.piece)
}

function replace(s: Arg, from: Arg, to: Arg, count: number): MaybeValue {
  if (s?.kind !== 'string' || from?.kind !== 'string' || to?.kind !== 'string') return null
  if (from.text === '' || from.text.includes(GAP)) return null
  const pieces = s.text.split(from.text)
  if (pieces.length === 1) return s
  const limit = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1)
  let text = pieces[0] ?? ''
  for (let i = 1; i < pieces.length; i++) text += (i <= limit ? to.text : from.text) + (pieces[i] ?? '')
  const longest = Math.max(...pieces.slice(0, 10_000).map((piece) => piece.length), to.text.length)
  return stringValue(text, mergeHow(s.how, ['replace']), longest)
}

function repeat(s: Arg, count: Arg): MaybeValue {
  if (s?.kind !== 'string' || count?.kind !== 'int') return null
  // A repeated character is a ruler or an indentation far more often than a disguise.
  const times = Math.max(0, Math.min(Number(count.value), Math.ceil(65_536 / Math.max(1, s.text.length))))
  return stringValue(s.text.repeat(times), mergeHow(s.how, ['repeat']))
}

function changed(s: Arg, how: string, change: (text: string) => string): MaybeValue {
  if (s?.kind !== 'string') return null
  return stringValue(toBytes(change(toText(s.text))), mergeHow(s.how, [how]), s.piece)
}

function kept(s: Arg, cut: (text: string) => string): MaybeValue {
  if (s?.kind !== 'string') return null
  const text = cut(s.text)
  return stringValue(text, s.how, Math.min(s.piece, text.length))
}

function trimSet(text: string, cut: Arg, left: boolean, right: boolean): string {
  if (cut?.kind !== 'string') return text
  const inSet = (at: number): boolean => cut.text.includes(text.charAt(at))
  let [from, to] = [0, text.length]
  if (left) while (from < to && inSet(from)) from++
  if (right) while (to > from && inSet(to - 1)) to--
  return text.slice(from, to)
}

function trimAffix(text: string, affix: Arg, front: boolean): string {
  if (affix?.kind !== 'string' || affix.text === '') return text
  if (front) return text.startsWith(affix.text) ? text.slice(affix.text.length) : text
  return text.endsWith(affix.text) ? text.slice(0, -affix.text.length) : text
}

function split(s: Arg, separator: Arg): MaybeValue {
  if (s?.kind !== 'string' || separator?.kind !== 'string') return null
  const pieces = separator.text === '' ? Array.from(toText(s.text), toBytes) : s.text.split(separator.text)
  const items = pieces.slice(0, 10_000).map((piece) => stringValue(piece, s.how))
  return listValue(items, null, ['split'])
}

function fields(s: Arg): MaybeValue {
  if (s?.kind !== 'string') return null
  const words = s.text.split(/\s+/).filter((field) => field !== '')
  return listValue(
    words.map((field) => stringValue(field, s.how)),
    null,
    ['split'],
  )
}

function newReplacer(args: Args): MaybeValue {
  const texts = args.map((arg) => (arg?.kind === 'string' ? arg.text : null))
  if (texts.length % 2 === 1 || texts.includes(null)) return null
  const pairs: [string, string][] = []
  for (let i = 0; i < texts.length; i += 2) pairs.push([texts[i] ?? '', texts[i + 1] ?? ''])
  return { kind: 'replacer', pairs }
}

/** Evaluates `strings.NewReplacer(…).Replace(s)`: at each place the first pair that fits. */
function applyReplacer(pairs: readonly [string, string][], s: Arg): MaybeValue {
  if (s?.kind !== 'string') return null
  let text = ''
  for (let at = 0; at < s.text.length; ) {
    const pair = pairs.find(([from]) => from !== '' && s.text.startsWith(from, at))
    text += pair?.[1] ?? s.text.charAt(at)
    at += pair?.[0].length ?? 1
  }
  return text === s.text ? s : madeString(text, mergeHow(s.how, ['replace']))
}

function newBuilder(s: Arg): MaybeValue {
  return s?.kind === 'string' ? { kind: 'builder', text: s.text, how: s.how } : null
}

function printed(value: MaybeValue): MaybeValue {
  return value?.kind === 'int' ? stringValue(String(value.value)) : value
}

function printTo(target: Arg, written: MaybeValue): null {
  if (target?.kind === 'builder') appendTo(target, 'WriteString', written)
  return null
}

function numberOf(value: Arg): number | null {
  return value?.kind === 'int' ? Number(value.value) : null
}

/** Parses an integer as strconv does; an error of it is not known, and neither is the number. */
function parsed(s: Arg, base: number | null, type: IntType | null): Value {
  const value = s?.kind === 'string' && base !== null ? parseInteger(s.text, base) : null
  const fits = value !== null && type !== null && wrap(value, type) === value
  return { kind: 'tuple', items: [fits ? intValue(value, type, howOf(s)) : null, null] }
}

function parseInteger(text: string, base: number): bigint | null {
  const [, sign, digits = ''] = /^([+-]?)(\w+)$/.exec(text) ?? []
  const absolute = base === 0 ? integerOf(digits) : digitsOf(digits, base)
  return sign === '-' && absolute !== null ? -absolute : absolute
}

function digitsOf(digits: string, base: number): bigint | null {
  let value = 0n
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36)
    if (Number.isNaN(worth) || worth >= base) return null
    value = value * BigInt(base) + BigInt(worth)
  }
  return digits === '' ? null : value
}

function unquote(s: Arg): MaybeValue {
  if (s?.kind !== 'string' || s.text.includes(GAP)) return null
  return madeString(stringBytes(toText(s.text)), mergeHow(s.how, ['escapes']))
}

function percentDecode(s: Arg): MaybeValue {
  if (s?.kind !== 'string' || !s.text.includes('%')) return s ?? null
  const text = s.text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return madeString(text, mergeHow(s.how, ['percent-encoding']))
}

function reverse(list: Arg): MaybeValue {
  if (list?.kind !== 'list') return null
  list.items.reverse()
  list.how = mergeHow(list.how, ['reversing'])
  return null
}

/** Calls a method of a value that folding follows; undefined for others. */
export function callMethod(receiver: Value, name: string, args: Args): MaybeValue | undefined {
  if (receiver.kind === 'replacer' && name === 'Replace') return applyReplacer(receiver.pairs, args[0])
  if (receiver.kind === 'encoding') return applyEncoding(receiver, name, args)
  if (receiver.kind === 'builder') return builderMethod(receiver, name, args[0] ?? null)
  return undefined
}

function builderMethod(builder: BuilderValue, name: string, arg: MaybeValue): MaybeValue {
  const how = mergeHow(builder.how, ['concatenation'])
  if (name === 'String') return madeString(builder.text, how)
  if (name === 'Bytes') return byteList(builder.text, how)
  if (name === 'Len') return lengthOf(stringValue(builder.text))
  if (name === 'Reset') builder.text = ''
  if (name.startsWith('Write')) appendTo(builder, name, arg)
  return null
}

function appendTo(builder: BuilderValue, name: string, arg: MaybeValue): void {
  const byte = name === 'WriteByte'
  const code =
    arg?.kind !== 'int'
      ? null
      : byte
        ? String.fromCharCode(Number(arg.value & 0xffn))
        : runeToBytes(arg.value)
  builder.text = stringValue(builder.text + (code ?? bytesOf(arg) ?? GAP)).text
  builder.how = mergeHow(builder.how, howOf(arg))
}
