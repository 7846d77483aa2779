import type { html } from 'hono/html'

/** A piece of a page. `html` escapes every text that is put into it. */
export type Html = ReturnType<typeof html>

/** Returns pieces with `between` between them. */
export function joined(pieces: readonly (Html | string)[], between: Html | string): (Html | string)[] {
  return pieces.flatMap((piece, at) => (at === 0 ? [piece] : [between, piece]))
}

/** Returns the piece that `make` makes of a value, or nothing without a value. */
export function when<T>(value: T | null | undefined | false | '', make: (value: T) => Html): Html | '' {
  return value === null || value === undefined || value === false || value === '' ? '' : make(value)
}
