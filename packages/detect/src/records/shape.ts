import { z } from 'zod'

/** A schema for every field of `T`, so that a field added to the type and forgotten in the schema does not compile. */
export type Shape<T> = { [K in keyof T]-?: z.ZodType }

/** Schema of one of `T`'s words. `words` names each of them. */
export function oneOf<T extends string>(words: Record<T, true>): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'string' && Object.hasOwn(words, value))
}
