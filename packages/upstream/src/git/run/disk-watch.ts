import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { GomodError } from '@mirrorwatch/gomod/errors'

/** Interval at which a job's folder is measured. A server would need 200 MiB/s to pass the limit by much in between. */
const DISK_WATCH_MS = 500

export interface FolderWatch {
  /** Fires with a `too-large` error once the folder holds more than its limit. */
  signal: AbortSignal
  /** Measures now; the most that was seen so far, in bytes. */
  peakBytes(): Promise<number>
  stop(): Promise<void>
}

/** Measures `dir` twice a second: what bounds disk use where no file-size limit can be set, and over several files. */
export function watchFolder(dir: string, maxBytes: number): FolderWatch {
  const controller = new AbortController()
  let peak = 0
  let stopped = false
  let running = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  async function measure(): Promise<void> {
    peak = Math.max(peak, await folderBytes(dir))
    if (peak > maxBytes) {
      controller.abort(new GomodError('too-large', `a repository needs more than ${maxBytes} bytes on disk`))
    } else if (!stopped) schedule()
  }
  function schedule(): void {
    timer = setTimeout(() => {
      running = measure().catch((error: unknown) => controller.abort(error))
    }, DISK_WATCH_MS)
    timer.unref()
  }
  schedule()
  return {
    signal: controller.signal,
    async peakBytes() {
      peak = Math.max(peak, await folderBytes(dir))
      return peak
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** Bytes of all files below `dir`; files that vanish while it counts are left out. */
async function folderBytes(dir: string): Promise<number> {
  let total = 0
  for (const entry of (await orNull(readdir(dir, { withFileTypes: true }))) ?? []) {
    const full = path.join(dir, entry.name)
    if (entry.isDirectory()) total += await folderBytes(full)
    else total += (await orNull(stat(full)))?.size ?? 0
  }
  return total
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
