import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/**
 * All counters of one process, under names that dashboards and alert rules use. A label's values are a closed set: never a
 * module, a host or other text from outside.
 */
export type Metrics = ReturnType<typeof createMetrics>

const JOB_SECONDS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 120, 600]
const REQUEST_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60]

/** Creates the metrics. @param registry one for each process; tests make their own */
export function createMetrics(registry = new Registry()) {
  return {
    registry,
    ...feedMetrics(registry),
    ...jobMetrics(registry),
    ...upstreamMetrics(registry),
    ...otherMetrics(registry),
    ...webMetrics(registry),
  }
}

function feedMetrics(registry: Registry) {
  const counter = counterIn(registry)
  return {
    feedEntries: counter('feed_entries_total', 'Entries of the index feed read by this process.'),
    feedPages: counter('feed_pages_total', 'Pages of the index feed read by this process.'),
    feedErrors: counter('feed_errors_total', 'Times the index feed could not be read.'),
    newModules: counter('modules_total', 'Module paths that were new, of the entries read.'),
    newVersions: counter('versions_total', 'Module versions that were new, of the entries read.'),
  }
}

function jobMetrics(registry: Registry) {
  const counter = counterIn(registry)
  const gauge = gaugeIn(registry)
  return {
    jobs: counter('jobs_total', 'Jobs that ended in this process.', ['stage', 'outcome']),
    jobSeconds: new Histogram({
      name: 'mirrorwatch_job_duration_seconds',
      help: 'How long jobs took.',
      labelNames: ['stage'],
      buckets: JOB_SECONDS,
      registers: [registry],
    }),
    jobsRunning: gauge('jobs_running', 'Jobs that run in this process now.', ['stage']),
    oldestJob: gauge(
      'oldest_running_job_seconds',
      'How long the longest-running job of this process has run.',
    ),
    inspections: counter(
      'inspections_total',
      'Inspections of this process: seen, or postponed because an upstream could not be asked.',
      ['outcome'],
    ),
  }
}

function upstreamMetrics(registry: Registry) {
  const counter = counterIn(registry)
  return {
    requests: counter(
      'upstream_requests_total',
      'HTTP requests by kind of upstream and answer (git not counted).',
      ['upstream', 'status'],
    ),
    requestSeconds: new Histogram({
      name: 'mirrorwatch_upstream_request_duration_seconds',
      help: 'How long upstreams took to answer.',
      labelNames: ['upstream'],
      buckets: REQUEST_SECONDS,
      registers: [registry],
    }),
    retries: counter('upstream_retries_total', 'Requests begun again after a failure.', ['upstream']),
    turns: counter('rate_limit_turns_total', 'Turns taken at the rate limit, for HTTP and git.', [
      'upstream',
    ]),
    waits: counter('rate_limit_waits_total', 'Turns that had to be waited for.', ['upstream']),
    waitSeconds: counter('rate_limit_wait_seconds_total', 'Time spent waiting for a turn.', ['upstream']),
    throttled: counter('upstream_throttled_total', 'Times an upstream said that it is asked too often.', [
      'upstream',
    ]),
  }
}

function otherMetrics(registry: Registry) {
  const counter = counterIn(registry)
  const gauge = gaugeIn(registry)
  return {
    deliveries: counter('deliveries_total', 'Reports and alerts by kind, channel and outcome.', [
      'kind',
      'channel',
      'outcome',
    ]),
    queueErrors: counter('queue_errors_total', 'Errors of the queue that belong to no call.'),
    loopErrors: counter('loop_errors_total', 'Rounds of a repeated task that failed.', ['loop']),
    evidenceDeleted: counter('evidence_deleted_total', 'Rows of old evidence deleted.', ['table']),
    leader: gauge('scheduler_leader', '1 in the one process that runs the scheduler, else 0.'),
    connections: gauge('store_connections', 'Connections of this process to the store.', ['state']),
  }
}

function webMetrics(registry: Registry) {
  const counter = counterIn(registry)
  return {
    webRequests: counter('web_requests_total', 'Requests to the page and the API by part and answer.', [
      'part',
      'status',
    ]),
    webSeconds: new Histogram({
      name: 'mirrorwatch_web_request_duration_seconds',
      help: 'How long the page and the API took to answer.',
      labelNames: ['part'],
      buckets: REQUEST_SECONDS,
      registers: [registry],
    }),
    signInFailures: counter('web_sign_in_failures_total', 'Sign-ins and tokens that were refused.'),
  }
}

function counterIn(registry: Registry) {
  return (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name: `mirrorwatch_${name}`, help, labelNames, registers: [registry] })
}

export function gaugeIn(registry: Registry) {
  return (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `mirrorwatch_${name}`, help, labelNames, registers: [registry] })
}

/** Starts the measurement of one job. Returns the function to call at its end. */
export function startJob(metrics: Metrics, running: Set<{ since: number }>, stage: string) {
  const mark = { since: performance.now() }
  running.add(mark)
  metrics.jobsRunning.inc({ stage })
  return (outcome: 'done' | 'failed' | 'interrupted'): void => {
    if (!running.delete(mark)) return
    metrics.jobsRunning.dec({ stage })
    metrics.jobs.inc({ stage, outcome })
    metrics.jobSeconds.observe({ stage }, (performance.now() - mark.since) / 1000)
  }
}

/** Counts a page of the feed that was saved. */
export function countPage(
  metrics: Metrics,
  page: { entries: number; newModules: number; newVersions: number },
): void {
  metrics.feedPages.inc()
  metrics.feedEntries.inc(page.entries)
  metrics.newModules.inc(page.newModules)
  metrics.newVersions.inc(page.newVersions)
}
