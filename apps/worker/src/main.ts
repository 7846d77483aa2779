// A worker as a separate process. It runs the jobs of every stage, and the scheduler if no other process does.
import { runProcess } from '@mirrorwatch/pipeline/service/run-process'
import { ALL_PARTS } from '@mirrorwatch/pipeline/service/service'

await runProcess('mirrorwatch-worker', { ...ALL_PARTS, crawl: false })
