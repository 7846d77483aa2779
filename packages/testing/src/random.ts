/** Seeded randomness for property and fuzz tests: the same seed gives the same run. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number
  pick<T>(list: readonly T[]): T
  chance(probability: number): boolean
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  // mulberry32
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000
  }
  const int = (below: number): number => Math.floor(next() * below)
  return {
    int,
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    chance: (probability) => next() < probability,
  }
}

/** Returns the number of inputs for a fuzz test: `short` by default, MIRRORWATCH_FUZZ_RUNS for a long run. */
export function fuzzRuns(short: number): number {
  return Number(process.env.MIRRORWATCH_FUZZ_RUNS ?? short)
}

/** Text put together from `pieces`: far likelier to be nearly right than random bytes. */
export function randomText(random: Random, pieces: readonly string[], maxPieces: number): string {
  return Array.from({ length: random.int(maxPieces + 1) }, () => random.pick(pieces)).join('')
}
