import { parentPort } from 'node:worker_threads'
import { loadGoParser } from './go-parser.ts'
import { RecentModules } from './recent-modules.ts'
import { perform, type Task, type TaskAnswer } from './tasks.ts'

/** Thread of `source-reader.ts`. Any error in it ends the thread, so that a failed parser is not used again. */
if (parentPort === null) throw new Error('source-worker.ts is started by source-reader.ts')
const port = parentPort
const parser = await loadGoParser()
const recent = new RecentModules()

// A rejected promise ends the thread and gives the reason.
port.on('message', (task: Task) => void answer(task))

async function answer(task: Task): Promise<void> {
  const before = process.threadCpuUsage()
  const value = await perform(parser, (zip) => recent.open(zip), task)
  const { user, system } = process.threadCpuUsage(before)
  const message: TaskAnswer = { value, cpuMs: (user + system) / 1000 }
  port.postMessage(message)
}
