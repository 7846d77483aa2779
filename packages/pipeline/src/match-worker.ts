import { parentPort, workerData } from 'node:worker_threads'
import { indexFor, type MatchSetup, matchBlock } from './match-block.ts'

/** The thread of `match-pool.ts`: an index of its own, then one block of lines after another. */
if (parentPort === null) throw new Error('match-worker.ts is started by match-pool.ts')
const port = parentPort
const index = indexFor(workerData as MatchSetup)

port.on('message', (text: string) => {
  const block = matchBlock(index, text)
  port.postMessage(block, [block.ndjson.buffer])
})
