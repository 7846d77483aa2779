/** Wait between attempts: `firstMs` after the first failure, twice as long after each further one. */
export interface Backoff {
  firstMs: number
  lastMs: number
}

/** Returns the wait in milliseconds after `failures` failures in a row, the first of which counts as 1. */
export function backoffMs({ firstMs, lastMs }: Backoff, failures: number): number {
  return Math.min(firstMs * 2 ** Math.max(0, failures - 1), lastMs)
}
