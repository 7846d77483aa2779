import {
  boolValue,
  type Host,
  howOf,
  listValue,
  type MaybeValue,
  mergeHow,
  numberOf,
  objectValue,
  stringValue,
  textIn,
} from '../value/values.ts'

/**
 * Ways in which a text can be tried on a pattern. Go's engine takes time in proportion to the text; this one takes a power of it:
 * one more for each repetition in the pattern.
 */
const MAX_TRIES = 4_000_000
const TRIES_PER_STEP = 64
const MAX_PATTERN = 200
const MAX_REPETITIONS = 3
const MAX_ALTERNATIVES = 8

/** Makes a regular expression; null for patterns that folding does not follow. */
export function newPattern(pattern: MaybeValue | undefined): MaybeValue {
  const source = textIn(pattern)
  const repetitions = source === null ? null : repetitionsIn(source)
  if (source === null || repetitions === null) return null
  const on = (
    s: MaybeValue | undefined,
    host: Host,
    result: (text: string, regex: RegExp) => MaybeValue,
  ): MaybeValue => {
    const text = textIn(s)
    const tries = (text?.length ?? 0) ** (repetitions + 1)
    if (text === null || tries > MAX_TRIES || !host.step(1 + Math.ceil(tries / TRIES_PER_STEP))) return null
    return result(text, new RegExp(source, 'g'))
  }
  const pieces = (s: MaybeValue | undefined, texts: readonly string[]): MaybeValue =>
    listValue(
      texts.map((text) => stringValue(text, mergeHow(howOf(s), ['pattern']))),
      null,
      ['pattern'],
    )
  return objectValue({
    ReplaceAllString: ([s, by], host) => {
      const template = textIn(by)
      if (template === null) return null
      return on(s, host, (text, regex) =>
        replaced(
          s,
          text,
          text.replace(regex, (...groups: string[]) => filled(template, groups)),
        ),
      )
    },
    ReplaceAllStringFunc: ([s, change], host) =>
      on(s, host, (text, regex) =>
        replaced(
          s,
          text,
          text.replace(regex, (found) => textIn(host.call(change, [stringValue(found)])) ?? ''),
        ),
      ),
    FindString: ([s], host) =>
      on(s, host, (text, regex) => stringValue(regex.exec(text)?.[0] ?? '', howOf(s))),
    FindAllString: ([s, n], host) =>
      on(s, host, (text, regex) => pieces(s, (text.match(regex) ?? []).slice(0, atMost(numberOf(n))))),
    FindStringSubmatch: ([s], host) =>
      on(s, host, (text, regex) =>
        pieces(
          s,
          [...(regex.exec(text) ?? [])].map((group) => group ?? ''),
        ),
      ),
    Split: ([s], host) => on(s, host, (text, regex) => pieces(s, text.split(regex))),
    MatchString: ([s], host) => on(s, host, (text, regex) => boolValue(regex.test(text))),
  })
}

function atMost(n: number | null): number | undefined {
  return n === null || n < 0 ? undefined : n
}

function replaced(s: MaybeValue | undefined, before: string, after: string): MaybeValue {
  return after === before ? (s ?? null) : stringValue(after, mergeHow(howOf(s), ['pattern']), 0)
}

/** Puts the groups of a match in the place of `$1` and `${1}`. */
function filled(template: string, groups: readonly string[]): string {
  return template.replace(
    /\$(?:(\d)|\{(\d)\})/g,
    (_all, bare, braced) => groups[Number(bare ?? braced)] ?? '',
  )
}

/**
 * Returns the number of repetitions in a pattern that means the same to both engines and ends soon: without repeated groups, with
 * few repetitions and alternatives. Null for others.
 */
function repetitionsIn(source: string): number | null {
  if (source.length > MAX_PATTERN || /\(\?|\)[*+?{]|\\[pPQECkKAz1-9]|\[\[?:/.test(source)) return null
  const bare = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x')
  const repetitions = bare.match(/[*+?{]/g)?.length ?? 0
  if (repetitions > MAX_REPETITIONS || bare.split('|').length > MAX_ALTERNATIVES) return null
  try {
    return new RegExp(source) instanceof RegExp ? repetitions : null
  } catch {
    return null
  }
}
