import { parentPort, workerData } from 'node:worker_threads'
import { BlockMatcher, type MatchSetup } from './match-block.ts'

/** Thread of `match-pool.ts`: builds an index, then matches one block of lines after another. */
if (parentPort === null) throw new Error('match-worker.ts is started by match-pool.ts')
const port = parentPort
const matcher = new BlockMatcher(workerData as MatchSetup)

port.on('message', (text: string) => {
  const block = matcher.match(text)
  port.postMessage(block, [block.ndjson.buffer])
})
