import { parentPort } from 'node:worker_threads'

/** Stands in for a matching thread that ends before it answers. */
parentPort?.on('message', (text: string) => {
  if (text === 'leave') process.exit(0)
  throw new RangeError('out of luck')
})
