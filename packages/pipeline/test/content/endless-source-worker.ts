import { parentPort } from 'node:worker_threads'
import type { Task } from '../../src/content/tasks.ts'

/** The thread that reads source, but for a module for which no time is enough. */
await import('../../src/content/source-worker.ts')
parentPort?.on('message', ({ own }: Task) => {
  while (own.path === 'example.com/endless') Math.random()
})
