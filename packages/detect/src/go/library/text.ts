import { GAP, runeToBytes, toText } from '../parse/bytes.ts'
import { integerOf, stringBytes } from '../parse/literals.ts'
import { INT, type IntType, intTypeNamed, RUNE, wrap } from '../value/int-types.ts'
import { concat } from '../value/operators.ts'
import {
  allHow,
  boolValue,
  floatValue,
  type Host,
  howOf,
  intValue,
  knownBytes,
  type LibraryFunction,
  listValue,
  type MaybeValue,
  madeString,
  mergeHow,
  nativeValue,
  numberOf,
  objectValue,
  stringValue,
  textIn,
  tuple,
  type Value,
} from '../value/values.ts'
import { digitsOf } from './big.ts'
import { formatGo, printed } from './format.ts'
import { newPattern } from './patterns.ts'

type Arg = MaybeValue | undefined

/** Packages fmt, strconv, net/url, html, unicode, regexp, os and what else makes text of text. */
export const TEXT_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'fmt.Sprintf': (args) => formatGo(args),
  'fmt.Sprint': (args) => args.reduce<Value>((all, arg) => concat(all, printed(arg)), stringValue('')),
  'strconv.Itoa': ([n]) => (n?.kind === 'int' ? printed(n) : null),
  'strconv.FormatInt': ([n, base]) => digits(n, base),
  'strconv.FormatUint': ([n, base]) => digits(n, base),
  'strconv.Atoi': ([s]) => parsed(s, 10, INT),
  'strconv.ParseInt': ([s, base]) => parsed(s, numberOf(base), intTypeNamed('int64')),
  'strconv.ParseUint': ([s, base]) => parsed(s, numberOf(base), intTypeNamed('uint64')),
  'strconv.ParseFloat': ([s]) => parsedFloat(s),
  'strconv.Unquote': ([s]) => tuple(unquote(s), null),
  'strconv.QuoteRune': () => null,
  'net/url.QueryUnescape': ([s]) => tuple(percentDecode(s, true), null),
  'net/url.PathUnescape': ([s]) => tuple(percentDecode(s, false), null),
  'net/url.Parse': ([s]) => tuple(parseUrl(s), null),
  'html.UnescapeString': ([s]) => unescapeHtml(s),
  'unicode.ToUpper': ([r]) => changeCase(r, (text) => text.toUpperCase()),
  'unicode.ToLower': ([r]) => changeCase(r, (text) => text.toLowerCase()),
  'unicode.IsLetter': ([r]) => isA(r, /\p{L}/u),
  'unicode.IsDigit': ([r]) => isA(r, /\p{Nd}/u),
  'unicode.IsUpper': ([r]) => isA(r, /\p{Lu}/u),
  'unicode.IsLower': ([r]) => isA(r, /\p{Ll}/u),
  'unicode.IsSpace': ([r]) => isA(r, /\s/u),
  'unicode/utf16.Decode': ([list]) => fromUtf16(list),
  'unicode/utf8.RuneCountInString': ([s]) =>
    textIn(s) === null ? null : intValue(Array.from(toText(textIn(s) ?? '')).length),
  'regexp.MustCompile': ([pattern]) => newPattern(pattern),
  'regexp.Compile': ([pattern]) => tuple(newPattern(pattern), null),
  'time.Unix': () => UNKNOWN_TIME,
  'time.Now': () => UNKNOWN_TIME,
  'time.Date': () => UNKNOWN_TIME,
  'errors.New': () => null,
  'os.Getenv': ([name]) => environment(name),
  'os.LookupEnv': ([name]) => tuple(environment(name), null),
  'os.Expand': ([s, mapping], host) => expand(s, mapping, host),
  'unsafe.Pointer': ([value]) => value ?? null,
  'unsafe.String': ([bytes, length]) => textAt(bytes, length),
  'unsafe.StringData': ([s]) => s ?? null,
  'unsafe.SliceData': ([list]) => list ?? null,
}

const UNKNOWN_TIME: MaybeValue = objectValue({
  UTC: () => UNKNOWN_TIME,
  Local: () => UNKNOWN_TIME,
  Format: ([layout]) => formatTime(layout),
})

/** Parts of a layout of package time that are replaced; the others stay. */
const TIME_ELEMENTS =
  /January|Jan|Monday|Mon|MST|2006|-0700|-07:00|-07|Z0700|Z07:00|_2006|__2|_2|002|0[1-6]|15|PM|pm|[.,](?:0+|9+)(?!\d)|[1-6]/g

/** Evaluates `Format` of a time: its elements are not known, the text around them is. */
function formatTime(layout: Arg): MaybeValue {
  if (layout?.kind !== 'string') return null
  const text = layout.text.replace(TIME_ELEMENTS, GAP)
  return stringValue(text, mergeHow(layout.how, ['time layout']), Math.min(layout.piece, text.length))
}

function environment(name: Arg): MaybeValue {
  return name?.kind === 'string' ? { kind: 'environment', name: name.text } : null
}

function digits(n: Arg, base: Arg): MaybeValue {
  const to = numberOf(base)
  if (n?.kind !== 'int' || to === null || to < 2 || to > 36) return null
  return to === 10 ? printed(n) : madeString(n.value.toString(to), mergeHow(n.how, ['number base']))
}

/** Parses an integer as strconv does; an error of it is not known, and neither is the number. */
function parsed(s: Arg, base: number | null, type: IntType | null): MaybeValue {
  const value = s?.kind === 'string' && base !== null ? parseInteger(s.text, base) : null
  const fits = value !== null && type !== null && wrap(value, type) === value
  return tuple(fits ? intValue(value, type, howOf(s)) : null, null)
}

function parseInteger(text: string, base: number): bigint | null {
  const [, sign, absolute = ''] = /^([+-]?)(\w{1,64})$/.exec(text) ?? []
  const value = base === 0 ? integerOf(absolute) : base > 36 ? null : digitsOf(absolute, base)
  return sign === '-' && value !== null ? -value : value
}

function parsedFloat(s: Arg): MaybeValue {
  const text = textIn(s)
  const known = text !== null && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
  return tuple(known ? floatValue(Number(text), 64, howOf(s)) : null, null)
}

function unquote(s: Arg): MaybeValue {
  const text = textIn(s)
  return text === null ? null : madeString(stringBytes(toText(text)), mergeHow(howOf(s), ['escapes']))
}

function percentDecode(s: Arg, isQuery: boolean): MaybeValue {
  if (s?.kind !== 'string' || !/[%+]/.test(s.text)) return s ?? null
  const spaced = isQuery ? s.text.replaceAll('+', ' ') : s.text
  const text = spaced.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return madeString(text, mergeHow(s.how, ['percent-encoding']))
}

/** Evaluates `url.Parse`: the parts of an absolute address. */
function parseUrl(s: Arg): MaybeValue {
  const text = textIn(s)
  const [, scheme = '', , user, host = '', path = '', query = '', fragment = ''] =
    /^(?:([a-zA-Z][\w+.-]*):)?(\/\/(?:([^@/?#]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
      text ?? '',
    ) ?? []
  if (text === null) return null
  const how = howOf(s)
  const part = (own: string): MaybeValue => percentDecode(stringValue(own, how), false)
  const entries = new Map<string, MaybeValue>([
    ['sScheme', stringValue(scheme, how)],
    ['sUser', user === undefined ? null : stringValue(user, how)],
    ['sHost', part(host)],
    ['sPath', part(path)],
    ['sRawQuery', stringValue(query, how)],
    ['sFragment', part(fragment)],
  ])
  return {
    kind: 'map',
    entries: entries.set(
      'sQuery',
      nativeValue(() => queryValues(query, how)),
    ),
  }
}

function queryValues(query: string, how: readonly string[]): MaybeValue {
  const values = new Map(
    query.split('&').map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
  return objectValue({
    Get: ([key]) => percentDecode(stringValue(values.get(textIn(key) ?? '') ?? '', how), true),
  })
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
}

function unescapeHtml(s: Arg): MaybeValue {
  if (s?.kind !== 'string' || !s.text.includes('&')) return s ?? null
  const text = s.text.replace(
    /&(?:#[xX]([\da-fA-F]{1,6})|#(\d{1,7})|(\w+));?/g,
    (all, hex, decimal, name) => {
      if (name !== undefined) return ENTITIES[name] ?? all
      return runeToBytes(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
    },
  )
  return text === s.text ? s : madeString(text, mergeHow(s.how, ['html escapes']))
}

function changeCase(rune: Arg, change: (text: string) => string): MaybeValue {
  if (rune?.kind !== 'int') return null
  const changed = change(toText(runeToBytes(rune.value))).codePointAt(0) ?? 0
  return intValue(changed, RUNE, rune.how)
}

function isA(rune: Arg, kind: RegExp): MaybeValue {
  return rune?.kind === 'int' ? boolValue(kind.test(toText(runeToBytes(rune.value)))) : null
}

function fromUtf16(list: Arg): MaybeValue {
  if (list?.kind !== 'list') return null
  const units = list.items.map(numberOf)
  if (units.includes(null)) return null
  const text = units.map((unit) => String.fromCharCode(unit ?? 0)).join('')
  const items = Array.from(text, (character) => intValue(character.codePointAt(0) ?? 0, RUNE))
  return listValue(items, RUNE, mergeHow(allHow(list), ['utf-16']))
}

function expand(s: Arg, mapping: Arg, host: Host): MaybeValue {
  if (s?.kind !== 'string') return null
  const parts = s.text.split(/\$(?:\{(\w*)\}|(\w+))/)
  let result = stringValue(parts[0] ?? '', s.how)
  for (let at = 1; at < parts.length; at += 3) {
    const name = stringValue(parts[at] ?? parts[at + 1] ?? '')
    result = concat(concat(result, host.call(mapping, [name]) ?? null), stringValue(parts[at + 2] ?? ''))
  }
  return stringValue(result.text, mergeHow(result.how, ['replace']), result.piece)
}

/** Evaluates `unsafe.String(&bytes[0], length)`: a pointer to the first element is the list. */
function textAt(bytes: Arg, length: Arg): MaybeValue {
  const text = knownBytes(bytes)
  return text === null ? null : madeString(text.slice(0, numberOf(length) ?? text.length), allHow(bytes))
}
