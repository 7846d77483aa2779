import { parentPort } from 'node:worker_threads'

/** Stands in for a thread that computes without end, runs out of memory, never answers, or dies. */
const kept: unknown[] = []

parentPort?.on('message', (order: string) => {
  if (order === 'spin') for (;;) kept.length = 0
  if (order === 'eat') for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => `${i}`))
  if (order === 'leave') process.exit(0)
  if (order === 'die') throw new RangeError('out of luck')
  if (order !== 'sleep') parentPort?.postMessage(`did ${order}`)
})
