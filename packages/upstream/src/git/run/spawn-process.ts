import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { spawnLimited } from './spawn.ts'
import type { FromProcess, ToProcess } from './spawn-pool.ts'

/** The process of `spawn-pool.ts`: runs commands, and tells how they went. Ends, with all that it runs, when its parent does. */
if (process.send === undefined) throw new Error('spawn-process.ts is started by spawn-pool.ts')
const running = new Map<number, AbortController>()

process.on('message', (message: ToProcess) => {
  if (message.kind === 'stop') stop(message.id)
  else void run(message)
})
process.on('disconnect', () => {
  for (const id of running.keys()) stop(id)
})
// A signal to the whole group (Ctrl-C) is the parent's to answer: it may let running commands end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

function stop(id: number): void {
  running.get(id)?.abort(new GomodError('git-failed', 'stopped'))
}

async function run({ id, request, streamed }: Extract<ToProcess, { kind: 'run' }>): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
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

function tell(message: FromProcess): void {
  if (process.connected) process.send?.(message)
}
