// The crawler as a separate process. It tails the feed and fills the queue; workers in other processes do the rest.
import { runProcess } from '@mirrorwatch/pipeline/service/run-process'

await runProcess('mirrorwatch-crawler', { crawl: true, stages: [], sweep: true })
