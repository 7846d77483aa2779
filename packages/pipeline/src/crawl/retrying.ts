import { isGomodError } from '@mirrorwatch/gomod/errors'
import { backoffMs } from '@mirrorwatch/upstream/http/backoff'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { isPipelineError } from '../errors.ts'

const BACKOFF = { firstMs: 5_000, lastMs: 300_000 }
/** Retry interval after evidence of a broken log, which does not disappear in seconds. */
const DISTRUST_MS = 600_000

export interface RetryOptions {
  signal: AbortSignal
  onTrouble: (error: Error, retryMs: number) => void
}

/**
 * Runs `work` with growing back-off until it succeeds or `signal` fires.
 *
 * @throws PipelineError `lease-lost`: another crawler has taken over
 */
export async function retrying(
  { signal, onTrouble }: RetryOptions,
  work: () => Promise<unknown>,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await work()
      return
    } catch (error) {
      if (signal.aborted) return
      if (isPipelineError(error, 'lease-lost') || !(error instanceof Error)) throw error
      const waitMs = waitAfter(error, failures)
      onTrouble(error, waitMs)
      await pauseUnlessAborted(waitMs, signal)
    }
  }
}

function waitAfter(error: Error, failures: number): number {
  if (isPipelineError(error, 'distrusted')) return DISTRUST_MS
  const asked = isGomodError(error) ? (error.retryAfterMs ?? 0) : 0
  return Math.max(asked, backoffMs(BACKOFF, failures + 1))
}
