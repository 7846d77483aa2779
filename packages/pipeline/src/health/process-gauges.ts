import type { Store } from '@mirrorwatch/store/connect/connect'
import type { Counter, Gauge } from 'prom-client'
import type { Metrics } from '../observe/metrics.ts'
import type { InspectionTally } from '../stages/inspect/inspect.ts'

interface ProcessState {
  store: Pick<Store, 'poolUse'>
  running: ReadonlySet<{ since: number }>
  tally: InspectionTally
}

/** Gauges of this process alone, read from its memory whenever it is scraped. */
export function observeProcess(metrics: Metrics, { store, running, tally }: ProcessState): void {
  onScrape(metrics.connections, (gauge) => {
    for (const [state, count] of Object.entries(store.poolUse())) gauge.set({ state }, count)
  })
  onScrape(metrics.oldestJob, (gauge) => {
    const oldest = Math.min(...[...running].map(({ since }) => since))
    gauge.set(running.size === 0 ? 0 : (performance.now() - oldest) / 1000)
  })
  onScrape(metrics.inspections, (counter) => {
    counter.reset()
    counter.inc({ outcome: 'seen' }, tally.seen)
    counter.inc({ outcome: 'postponed' }, tally.postponed)
  })
}

/** Sets `collect` on a metric. The library reads it there, but its types allow it only as an argument of the constructor. */
function onScrape<M extends Counter | Gauge>(metric: M, read: (metric: M) => void): void {
  Object.assign(metric, { collect: () => read(metric) })
}
