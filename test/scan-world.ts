import { Writable } from 'node:stream'
import { readConfig } from '@mirrorwatch/pipeline/config'
import { feedWindow } from '@mirrorwatch/pipeline/feed-window'
import { createLogger } from '@mirrorwatch/pipeline/log'
import { openRuntime, type Runtime } from '@mirrorwatch/pipeline/runtime'
import { type ScanSummary, scan } from '@mirrorwatch/pipeline/scan'

export interface TestRuntime {
  runtime: Runtime
  /** What was logged, a line each. */
  logged: string[]
}

/** A runtime as a command would open it, with its log kept. */
export async function openTestRuntime(env: Record<string, string>): Promise<TestRuntime> {
  const logged: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString())
      done()
    },
  })
  const runtime = await openRuntime(readConfig(env, '/nowhere'), { log: createLogger('warn', stream) })
  return { runtime, logged }
}

/** Scans everything that the feed of the runtime's configuration has. */
export function scanAll(
  { runtime }: TestRuntime,
  signal = new AbortController().signal,
): Promise<ScanSummary> {
  const window = feedWindow({
    feedUrl: runtime.config.indexUrl,
    isPublic: false,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: 0n,
  })
  return scan(runtime, window, { signal })
}
