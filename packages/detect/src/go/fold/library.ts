import { stringLiteral } from '../parse/literals.ts'
import { applyEncoding } from './encodings.ts'
import { formatGo } from './format.ts'
import { concat } from './operators.ts'
import {
  boolValue,
  byteList,
  GAP,
  howOf,
  intValue,
  type ListValue,
  listToBytes,
  madeString,
  mergeHow,
  type StringValue,
  stringValue,
  toBytes,
  toText,
  type Value,
} from './values.ts'

type Args = readonly (Value | null)[]
type LibraryFunction = (args: Args) => Value | null

/** A call of a standard library function that folding follows, or undefined for the others. */
export function callLibrary(path: string, name: string, args: Args): Value | null | undefined {
  if (path === 'encoding/hex')
    return applyEncoding({ kind: 'encoding', name: 'hex', alphabet: null }, name, args)
  const key = `${path}.${name}`
  return Object.hasOwn(FUNCTIONS, key) ? (FUNCTIONS[key]?.(args) ?? null) : undefined
}

const FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'strings.Join': ([list, separator]) => join(list ?? null, separator ?? null),
  'strings.Replace': ([s, from, to, n]) => replace(s, from, to, n?.kind === 'int' ? n.value : -1),
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
  'bytes.NewBuffer': ([s]) => newBuilder(s?.kind === 'list' ? stringValue(listToBytes(s) ?? '') : s),
  'bytes.Join': ([list, separator]) => join(list ?? null, separator ?? null),
  'fmt.Sprintf': (args) => formatGo(args),
  'fmt.Sprint': (args) => args.reduce<Value>((all, arg) => concat(all, shown(arg)), stringValue('')),
  'strconv.Itoa': ([n]) => (n?.kind === 'int' ? stringValue(String(n.value)) : null),
  'strconv.Atoi': ([s]) => ({ kind: 'tuple', items: [parseInteger(s, 10), null] }),
  'strconv.ParseInt': ([s, base]) => parseWithBase(s, base),
  'strconv.ParseUint': ([s, base]) => parseWithBase(s, base),
  'strconv.Unquote': ([s]) => ({ kind: 'tuple', items: [unquote(s), null] }),
  'strconv.QuoteRune': () => null,
  'net/url.QueryUnescape': ([s]) => ({ kind: 'tuple', items: [percentDecode(s), null] }),
  'net/url.PathUnescape': ([s]) => ({ kind: 'tuple', items: [percentDecode(s), null] }),
  'slices.Reverse': ([list]) => reverse(list),
  'errors.New': () => null,
}

function join(list: Value | null, separator: Value | null): Value | null {
  if (list?.kind !== 'list' || list.element !== 'other') return null
  if (separator?.kind !== 'string' && separator?.kind !== 'list') return null
  const between = asText(separator)
  if (between === null) return null
  let joined: StringValue = stringValue('')
  for (const [index, item] of list.items.entries()) {
    if (index > 0 && between !== '') joined = concat(joined, stringValue(between))
    joined = concat(joined, item?.kind === 'list' ? stringValue(listToBytes(item) ?? GAP) : item)
  }
  return stringValue(joined.text, mergeHow(joined.how, list.how, ['join']), joined.piece)
}

function replace(s: Arg, from: Arg, to: Arg, count: number): Value | null {
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

function repeat(s: Arg, count: Arg): Value | null {
  if (s?.kind !== 'string' || count?.kind !== 'int') return null
  // A repeated character is a ruler or an indentation far more often than a disguise.
  const times = Math.max(0, Math.min(count.value, Math.ceil(65_536 / Math.max(1, s.text.length))))
  return stringValue(s.text.repeat(times), mergeHow(s.how, ['repeat']))
}

type Arg = Value | null | undefined

function changed(s: Arg, how: string, change: (text: string) => string): Value | null {
  if (s?.kind !== 'string') return null
  return stringValue(toBytes(change(toText(s.text))), mergeHow(s.how, [how]), s.piece)
}

function kept(s: Arg, cut: (text: string) => string): Value | null {
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

function split(s: Arg, separator: Arg): Value | null {
  if (s?.kind !== 'string' || separator?.kind !== 'string') return null
  const pieces = separator.text === '' ? Array.from(toText(s.text), toBytes) : s.text.split(separator.text)
  const items = pieces.slice(0, 10_000).map((piece) => stringValue(piece, s.how))
  return { kind: 'list', items, element: 'other', how: ['split'] }
}

function fields(s: Arg): Value | null {
  if (s?.kind !== 'string') return null
  const items = s.text.split(/\s+/).filter((field) => field !== '')
  return {
    kind: 'list',
    items: items.map((field) => stringValue(field, s.how)),
    element: 'other',
    how: ['split'],
  }
}

function newReplacer(args: Args): Value | null {
  const texts = args.map((arg) => (arg?.kind === 'string' ? arg.text : null))
  if (texts.length % 2 === 1 || texts.includes(null)) return null
  const pairs: [string, string][] = []
  for (let i = 0; i < texts.length; i += 2) pairs.push([texts[i] ?? '', texts[i + 1] ?? ''])
  return { kind: 'replacer', pairs }
}

/** `strings.NewReplacer(…).Replace(s)`: at each place the first pair that fits. */
export function applyReplacer(pairs: readonly [string, string][], s: Arg): Value | null {
  if (s?.kind !== 'string') return null
  let text = ''
  for (let at = 0; at < s.text.length; ) {
    const pair = pairs.find(([from]) => from !== '' && s.text.startsWith(from, at))
    text += pair?.[1] ?? s.text.charAt(at)
    at += pair?.[0].length ?? 1
  }
  return text === s.text ? s : madeString(text, mergeHow(s.how, ['replace']))
}

function newBuilder(s: Arg): Value | null {
  return s?.kind === 'string' ? { kind: 'builder', text: s.text, how: s.how } : null
}

function shown(value: Value | null): Value | null {
  return value?.kind === 'int' ? stringValue(String(value.value)) : value
}

function asText(value: StringValue | ListValue): string | null {
  return value.kind === 'string' ? value.text : listToBytes(value)
}

function parseInteger(s: Arg, base: number): Value | null {
  if (s?.kind !== 'string' || base < 2 || base > 36) return null
  return intValue(Number.parseInt(s.text, base), 0, s.how)
}

function parseWithBase(s: Arg, base: Arg): Value {
  const item = base?.kind === 'int' ? parseInteger(s, base.value === 0 ? 10 : base.value) : null
  return { kind: 'tuple', items: [item, null] }
}

function unquote(s: Arg): Value | null {
  if (s?.kind !== 'string' || s.text.includes(GAP)) return null
  const raw = /^`[^`]*`$/.test(s.text)
  const value = raw ? stringValue(s.text.slice(1, -1)) : stringLiteral(toText(s.text))
  return value.kind === 'string' ? madeString(value.text, mergeHow(s.how, ['escapes'])) : value
}

function percentDecode(s: Arg): Value | null {
  if (s?.kind !== 'string' || !s.text.includes('%')) return s ?? null
  const text = s.text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return madeString(text, mergeHow(s.how, ['percent-encoding']))
}

function reverse(list: Arg): Value | null {
  if (list?.kind !== 'list') return null
  list.items.reverse()
  list.how = mergeHow(list.how, ['reversing'])
  return null
}

/** `len(x)`. */
export function lengthOf(value: Arg): Value | null {
  if (value?.kind === 'list') return intValue(value.items.length)
  if (value?.kind === 'string' && !value.text.includes(GAP)) return intValue(value.text.length)
  return value?.kind === 'map' ? intValue(value.entries.size) : null
}

/** Methods of values that folding follows; undefined for others. */
export function callMethod(receiver: Value, name: string, args: Args): Value | null | undefined {
  if (receiver.kind === 'replacer' && name === 'Replace') return applyReplacer(receiver.pairs, args[0])
  if (receiver.kind === 'encoding') return applyEncoding(receiver, name, args)
  if (receiver.kind === 'builder') return builderMethod(receiver, name, args[0] ?? null)
  if (receiver.kind === 'bool') return boolValue(receiver.value)
  return undefined
}

function builderMethod(
  builder: Extract<Value, { kind: 'builder' }>,
  name: string,
  arg: Value | null,
): Value | null {
  if (name === 'String') return madeString(builder.text, mergeHow(builder.how, ['concatenation']))
  if (name === 'Bytes') return byteList(builder.text, mergeHow(builder.how, ['concatenation']))
  if (name === 'Len') return intValue(builder.text.length)
  if (name === 'Reset') builder.text = ''
  if (!name.startsWith('Write')) return null
  appendTo(builder, name, arg)
  return null
}

function appendTo(builder: Extract<Value, { kind: 'builder' }>, name: string, arg: Value | null): void {
  let text = GAP
  if (arg?.kind === 'string') text = arg.text
  else if (arg?.kind === 'list') text = listToBytes(arg) ?? GAP
  else if (arg?.kind === 'int')
    text =
      name === 'WriteByte'
        ? String.fromCharCode(arg.value & 0xff)
        : toBytes(String.fromCodePoint(Math.abs(arg.value) % 0x110000))
  builder.text = stringValue(builder.text + text).text
  builder.how = mergeHow(builder.how, howOf(arg))
}
