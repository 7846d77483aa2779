import { PipelineError } from '../../errors.ts'
import { addJobs, countJobs, obliterateQueues, openQueues, type RunningWorker, startWorker } from './jobs.ts'
import { DEFAULT_CLOSE_DEADLINE_MS } from './limits.ts'
import { connectToPostgres } from './postgres.ts'
import { connectToRedis } from './redis.ts'
import type { OpenQueue, QueueConfig, QueueOptions } from './types.ts'

/**
 * Opens BullMQ on Redis, on Postgres or on the embedded Postgres, behind the few functions that the pipeline needs.
 *
 * @throws PipelineError `bad-config` (not a redis:// URL), `upstream` (cannot be reached, within seconds)
 */
export async function openQueue(
  config: QueueConfig,
  options: Partial<QueueOptions> = {},
): Promise<OpenQueue> {
  let closing: Promise<void> | undefined
  let workersClosing: Promise<unknown> | undefined
  const onError = (error: Error): void => {
    if (workersClosing === undefined) options.onError?.(error)
  }
  const connection =
    config.kind === 'redis'
      ? await connectToRedis(config, { ...options, onError })
      : await connectToPostgres(config, { ...options, onError })
  const queues = openQueues(connection)
  const workers: RunningWorker[] = []
  const calls = createCalls()

  async function closeWorkers(deadlineMs = DEFAULT_CLOSE_DEADLINE_MS): Promise<void> {
    await (workersClosing ??= Promise.all(workers.map((worker) => worker.close(deadlineMs))))
  }

  async function closeAll(deadlineMs?: number): Promise<void> {
    await closeWorkers(deadlineMs)
    await connection.close(() => queues.close())
    calls.end()
  }

  function close(closeOptions: { deadlineMs?: number } = {}): Promise<void> {
    return (closing ??= closeAll(closeOptions.deadlineMs))
  }

  async function run<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await calls.run(call)
    } catch (error) {
      throw error instanceof PipelineError ? error : connection.translate(error)
    }
  }

  return {
    kind: config.kind,
    add: (queueName, jobs) => run(() => addJobs(queues.get(queueName), jobs)),
    async work(queueName, handler, workOptions) {
      const start = () => startWorker(connection, queueName, handler, workOptions, onError)
      workers.push(await run(start))
    },
    counts: (...queueNames) => run(() => countJobs(queues, queueNames)),
    obliterate: (...queueNames) => run(() => obliterateQueues(queues, queueNames)),
    closeWorkers: () => closeWorkers(),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

interface Calls {
  run<T>(call: () => Promise<T>): Promise<T>
  /** Fails every unsettled call, and all later ones. */
  end(): void
}

/** Creates a tracker of calls, because BullMQ never settles a call that was in progress when its connection closed. */
function createCalls(): Calls {
  const unsettled = new Set<(error: PipelineError) => void>()
  let ended = false
  const closedError = (): PipelineError => new PipelineError('upstream', 'the queue is closed')
  return {
    run(call) {
      if (ended) return Promise.reject(closedError())
      return new Promise((resolve, reject) => {
        unsettled.add(reject)
        call()
          .then(resolve, reject)
          .finally(() => unsettled.delete(reject))
      })
    },
    end() {
      ended = true
      for (const reject of unsettled) reject(closedError())
    },
  }
}
