import { ORIGINAL_DEPENDENTS, ORIGINAL_TIMES_MORE } from '../dependents.ts'
import { isOlder } from './age.ts'

/** Rule of a candidate that was found by its contents alone, regardless of its name. */
export const NEAR_COPY_RULE = 'near-copy'

/** One of two modules that are nearly the same. */
export interface Twin {
  path: string
  /** Path declared by its go.mod; null if not read. */
  declaredPath: string | null
  dependents: number
  /** Time of the first cached version in the feed. */
  firstCachedAt: Date
}

/**
 * Less than zero where `a` is the original and `b` the copy, never zero for two paths. Who declares the other's path was made
 * from it; else many dependents speak, else who came first, else the path, so that the answer never depends on who asks.
 */
export function compareOriginality(a: Twin, b: Twin): number {
  const declares = Number(b.declaredPath === a.path) - Number(a.declaredPath === b.path)
  if (declares !== 0) return -declares
  if (outranks(a, b)) return -1
  if (outranks(b, a)) return 1
  if (isOlder(a.firstCachedAt, b.firstCachedAt)) return -1
  if (isOlder(b.firstCachedAt, a.firstCachedAt)) return 1
  if (a.dependents !== b.dependents) return b.dependents - a.dependents
  const age = a.firstCachedAt.getTime() - b.firstCachedAt.getTime()
  if (age !== 0) return age
  if (a.path === b.path) return 0
  return a.path < b.path ? -1 : 1
}

function outranks(a: Twin, b: Twin): boolean {
  // A feed that is read from some day on does not know who was first.
  return a.dependents >= ORIGINAL_DEPENDENTS && a.dependents >= b.dependents * ORIGINAL_TIMES_MORE
}
