import { backoffMs } from '@mirrorwatch/upstream/http/backoff'

const BACKOFF = { firstMs: 30_000, lastMs: 3_600_000 }

/**
 * Jobs that failed unexpectedly in this process, and when they may run again. Keeps the sweep from enqueuing them at once. Other
 * processes learn the same from the row (`Stage.postpone`).
 */
export class FailedJobs {
  readonly #failed = new Map<string, { times: number; notBefore: number }>()

  /** Records a failure and returns when the job may run again. */
  add(id: string, now: Date): Date {
    const times = (this.#failed.get(id)?.times ?? 0) + 1
    const notBefore = now.getTime() + backoffMs(BACKOFF, times)
    this.#failed.set(id, { times, notBefore })
    return new Date(notBefore)
  }

  delete(id: string): void {
    this.#failed.delete(id)
  }

  mayRun(id: string, now: Date): boolean {
    const failed = this.#failed.get(id)
    return failed === undefined || failed.notBefore <= now.getTime()
  }
}
