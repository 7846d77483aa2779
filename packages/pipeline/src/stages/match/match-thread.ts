import { Thread } from '../../work/threads/thread.ts'
import type { MatchedBlock, MatchSetup } from './match-block.ts'

/** An index of 300,000 targets takes some 500 MB. */
const LIMITS = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 48 }

/** Starts a thread that matches blocks of lines in sequence. */
export function startMatchThread(
  setup: MatchSetup,
  file: URL = new URL('./match-worker.ts', import.meta.url),
): Thread<string, MatchedBlock> {
  return new Thread({
    file,
    setup,
    limits: LIMITS,
    name: 'a matching thread',
    todo: 'Match fewer targets, or use one thread (--threads 1), which says more about the reason.',
  })
}
