import { GAP, runeToBytes, toBytes, toText } from '../parse/bytes.ts'
import { RUNE } from '../value/int-types.ts'
import { concat } from '../value/operators.ts'
import {
  boolValue,
  type Host,
  intValue,
  type LibraryFunction,
  listValue,
  type MaybeValue,
  madeString,
  mergeHow,
  numberOf,
  objectValue,
  type StringValue,
  stringValue,
  textIn,
  tuple,
} from '../value/values.ts'

type Arg = MaybeValue | undefined
type Args = readonly MaybeValue[]

/** Pieces that a text is split into at most. */
const MAX_PIECES = 10_000

/** Package strings. Package bytes is read through it. */
export const STRING_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'strings.Join': ([list, separator]) => join(list ?? null, separator),
  'strings.Replace': ([s, from, to, n]) => replace(s, from, to, numberOf(n) ?? -1),
  'strings.ReplaceAll': ([s, from, to]) => replace(s, from, to, -1),
  'strings.Repeat': ([s, count]) => repeat(s, count),
  'strings.ToLower': ([s]) => changed(s, (text) => text.toLowerCase()),
  'strings.ToUpper': ([s]) => changed(s, (text) => text.toUpperCase()),
  'strings.TrimSpace': ([s]) => kept(s, (text) => text.trim()),
  'strings.Trim': ([s, cut]) => kept(s, (text) => trimSet(text, cut, true, true)),
  'strings.TrimLeft': ([s, cut]) => kept(s, (text) => trimSet(text, cut, true, false)),
  'strings.TrimRight': ([s, cut]) => kept(s, (text) => trimSet(text, cut, false, true)),
  'strings.TrimPrefix': ([s, p]) => kept(s, (text) => trimAffix(text, p, true)),
  'strings.TrimSuffix': ([s, p]) => kept(s, (text) => trimAffix(text, p, false)),
  'strings.Split': ([s, separator]) => split(s, separator, MAX_PIECES),
  'strings.SplitN': ([s, separator, n]) => split(s, separator, numberOf(n) ?? MAX_PIECES),
  'strings.Fields': ([s]) => words(s, (text) => text.split(/\s+/)),
  'strings.FieldsFunc': ([s, test], host) => words(s, (text) => splitWhere(text, test, host)),
  'strings.Cut': ([s, separator]) => cutAt(s, separator),
  'strings.Map': ([mapping, s], host) => mapString(mapping, s, host),
  'strings.Index': ([s, of]) => found(s, of, (text, part) => text.indexOf(part)),
  'strings.LastIndex': ([s, of]) => found(s, of, (text, part) => text.lastIndexOf(part)),
  'strings.IndexByte': ([s, of]) => found(s, of, (text, part) => text.indexOf(part)),
  'strings.IndexRune': ([s, of]) => found(s, of, (text, part) => text.indexOf(part)),
  'strings.Count': ([s, of]) => found(s, of, (text, part) => text.split(part).length - 1),
  'strings.Contains': ([s, of]) => tested(s, of, (text, part) => text.includes(part)),
  'strings.HasPrefix': ([s, of]) => tested(s, of, (text, part) => text.startsWith(part)),
  'strings.HasSuffix': ([s, of]) => tested(s, of, (text, part) => text.endsWith(part)),
  'strings.EqualFold': ([s, of]) => tested(s, of, (a, b) => a.toLowerCase() === b.toLowerCase()),
  'strings.Equal': ([s, of]) => tested(s, of, (a, b) => a === b),
  'strings.NewReplacer': (args) => newReplacer(args),
  'strings.Clone': ([s]) => s ?? null,
}

function join(list: MaybeValue, separator: Arg): MaybeValue {
  if (list?.kind !== 'list' || list.element !== null || separator?.kind !== 'string') return null
  let joined: StringValue = stringValue('')
  for (const [index, item] of list.items.entries()) {
    if (index > 0 && separator.text !== '') joined = concat(joined, stringValue(separator.text))
    joined = concat(joined, item)
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
  const longest = Math.max(...pieces.slice(0, MAX_PIECES).map((piece) => piece.length), to.text.length)
  return stringValue(text, mergeHow(s.how, ['replace']), longest)
}

function repeat(s: Arg, count: Arg): MaybeValue {
  if (s?.kind !== 'string' || count?.kind !== 'int') return null
  // A repeated character is a ruler or an indentation far more often than a disguise.
  const times = Math.max(0, Math.min(Number(count.value), Math.ceil(65_536 / Math.max(1, s.text.length))))
  return stringValue(s.text.repeat(times), mergeHow(s.how, ['repeat']))
}

function changed(s: Arg, change: (text: string) => string): MaybeValue {
  if (s?.kind !== 'string') return null
  return stringValue(toBytes(change(toText(s.text))), mergeHow(s.how, ['case']), s.piece)
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

function split(s: Arg, separator: Arg, count: number): MaybeValue {
  if (s?.kind !== 'string' || separator?.kind !== 'string') return null
  const all = separator.text === '' ? Array.from(toText(s.text), toBytes) : s.text.split(separator.text)
  const most = count < 0 ? MAX_PIECES : Math.min(count, MAX_PIECES)
  const pieces = all.slice(0, most)
  if (pieces.length > 0 && all.length > most)
    pieces.push([pieces.pop(), ...all.slice(most)].join(separator.text))
  return listValue(
    pieces.map((piece) => stringValue(piece, s.how)),
    null,
    ['split'],
  )
}

function words(s: Arg, splitText: (text: string) => string[]): MaybeValue {
  if (s?.kind !== 'string') return null
  const pieces = splitText(s.text).filter((piece) => piece !== '')
  return listValue(
    pieces.slice(0, MAX_PIECES).map((piece) => stringValue(piece, s.how)),
    null,
    ['split'],
  )
}

function splitWhere(text: string, test: Arg, host: Host): string[] {
  const pieces = ['']
  for (const character of toText(text)) {
    const answer = host.call(test, [intValue(character.codePointAt(0) ?? 0, RUNE)])
    if (answer?.kind === 'bool' && answer.value) pieces.push('')
    else pieces.push(pieces.pop() + toBytes(character))
  }
  return pieces
}

function cutAt(s: Arg, separator: Arg): MaybeValue {
  const [text, by] = [textIn(s), textIn(separator)]
  if (text === null || by === null || s?.kind !== 'string') return null
  const at = text.indexOf(by)
  const how = mergeHow(s.how, ['split'])
  if (at < 0) return tuple(s, stringValue(''), boolValue(false))
  return tuple(
    stringValue(text.slice(0, at), how),
    stringValue(text.slice(at + by.length), how),
    boolValue(true),
  )
}

/** Evaluates `strings.Map(f, s)`, the usual home of a letter rotation. */
function mapString(mapping: Arg, s: Arg, host: Host): MaybeValue {
  if (mapping?.kind !== 'function' || s?.kind !== 'string') return null
  let text = ''
  for (const character of toText(s.text)) {
    const code = character === GAP ? null : intValue(character.codePointAt(0) ?? 0, RUNE)
    const result = code === null ? null : host.call(mapping, [code])
    if (result?.kind !== 'int') text += GAP
    else if (result.value >= 0n) text += runeToBytes(result.value)
  }
  return madeString(text, mergeHow(s.how, ['mapping']))
}

function partOf(value: Arg): string | null {
  return value?.kind === 'int' ? runeToBytes(value.value) : textIn(value)
}

function found(s: Arg, of: Arg, find: (text: string, part: string) => number): MaybeValue {
  const [text, part] = [textIn(s), partOf(of)]
  return text === null || part === null ? null : intValue(find(text, part))
}

function tested(s: Arg, of: Arg, test: (text: string, part: string) => boolean): MaybeValue {
  const [text, part] = [textIn(s), textIn(of)]
  return text === null || part === null ? null : boolValue(test(text, part))
}

/** Evaluates `strings.NewReplacer(…)`: at each place the first pair that fits. */
function newReplacer(args: Args): MaybeValue {
  const texts = args.map((arg) => (arg?.kind === 'string' ? arg.text : null))
  if (texts.length % 2 === 1 || texts.includes(null)) return null
  const pairs: [string, string][] = []
  for (let i = 0; i < texts.length; i += 2) pairs.push([texts[i] ?? '', texts[i + 1] ?? ''])
  return objectValue({
    Replace([s], host) {
      if (s?.kind !== 'string' || !host.step((s.text.length * pairs.length) >> 6)) return null
      let text = ''
      for (let at = 0; at < s.text.length; ) {
        const pair = pairs.find(([from]) => from !== '' && s.text.startsWith(from, at))
        text += pair?.[1] ?? s.text.charAt(at)
        at += pair?.[0].length ?? 1
      }
      return text === s.text ? s : madeString(text, mergeHow(s.how, ['replace']))
    },
  })
}
