import { parentPort } from 'node:worker_threads'
import { loadGoParser } from './go-parser.ts'
import { RecentModules } from './recent-modules.ts'
import { perform, type Task, type TaskAnswer } from './tasks.ts'

/** A thread of `source-reader.ts`. What goes wrong in here ends it: a parser that has failed is not used again. */
if (parentPort === null) throw new Error('source-worker.ts is started by source-reader.ts')
const port = parentPort
const parser = await loadGoParser()
const recent = new RecentModules()

// A promise that fails ends the thread, with its reason.
port.on('message', (task: Task) => void answer(task))

async function answer(task: Task): Promise<void> {
  const before = process.threadCpuUsage()
  const value = await perform(parser, (zip) => recent.open(zip), task)
  const { user, system } = process.threadCpuUsage(before)
  const message: TaskAnswer = { value, cpuMs: (user + system) / 1000 }
  port.postMessage(message)
}
