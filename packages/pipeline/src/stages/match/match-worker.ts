import { parentPort, workerData } from 'node:worker_threads'
import { BlockMatcher, type MatchSetup } from './match-block.ts'

/** The thread of `match-pool.ts`: an index of its own, then one block of lines after another. */
if (parentPort === null) throw new Error('match-worker.ts is started by match-pool.ts')
const port = parentPort
const matcher = new BlockMatcher(workerData as MatchSetup)

port.on('message', (text: string) => {
  const block = matcher.match(text)
  port.postMessage(block, [block.ndjson.buffer])
})
