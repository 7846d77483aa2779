import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { SyntheticWorldOptions } from '@mirrorwatch/world/scenes/synthetic-world'

export interface BenchUpstreams extends AsyncDisposable {
  /** Variables that point at the upstreams. */
  env: Record<string, string>
}

/** Serves a synthetic world from another process, so that its CPU and memory are not counted. */
export async function startUpstreams(options: SyntheticWorldOptions): Promise<BenchUpstreams> {
  const script = path.join(import.meta.dirname, '../children/world.ts')
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    env: JSON.parse(line.toString()) as Record<string, string>,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
