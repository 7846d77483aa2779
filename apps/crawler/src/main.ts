// The crawler as a process of its own: tails the feed and fills the queue; workers elsewhere do the rest.
import { runProcess } from '@mirrorwatch/pipeline/service/run-process'

await runProcess('mirrorwatch-crawler', { crawl: true, stages: [], sweep: true })
