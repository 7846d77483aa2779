import { parentPort } from 'node:worker_threads'
import { GomodError, isGomodError } from '../errors.ts'
import { spawnLimited } from './spawn.ts'
import type { FromThread, ToThread } from './spawn-pool.ts'

/** The thread of `spawn-pool.ts`: runs commands, and tells how they went. */
if (parentPort === null) throw new Error('spawn-thread.ts is started by spawn-pool.ts')
const port = parentPort
const running = new Map<number, AbortController>()

port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') running.get(message.id)?.abort(new GomodError('git-failed', 'stopped'))
  else void run(message)
})

async function run({ id, request, streamed }: Extract<ToThread, { kind: 'run' }>): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  const tell = (message: FromThread): void => port.postMessage(message)
  try {
    const { signal } = controller
    const onStdout = streamed ? (chunk: Buffer) => tell({ kind: 'chunk', id, chunk }) : undefined
    tell({ kind: 'done', id, result: await spawnLimited({ ...request, onStdout, signal }) })
  } catch (error) {
    const { code, message } = isGomodError(error)
      ? error
      : { code: 'git-failed' as const, message: String(error) }
    tell({ kind: 'failed', id, code, message })
  } finally {
    running.delete(id)
  }
}
