import type { Telemetry } from 'bullmq'
import type { Config } from '../config/config.ts'

/** Spans of jobs, from the process that adds a job to the process that runs it. */
export interface Tracing extends AsyncDisposable {
  telemetry: Telemetry
}

/** Time limit for sending the last spans when a process ends. */
const FLUSH_MS = 3_000

/**
 * Sends a span for every job that is added and run to the configured collector, by OTLP over HTTP. Returns null, without loading
 * OpenTelemetry, if none is configured. Only one per process: its API is global.
 */
export async function openTracing(
  config: Pick<Config, 'otlp'>,
  serviceName: string,
): Promise<Tracing | null> {
  if (config.otlp === null) return null
  const { url, headers } = config.otlp
  const [api, sdk, exporters, resources, core, hooks, bull] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
    import('@opentelemetry/context-async-hooks'),
    import('bullmq-otel'),
  ])
  const exporter = new exporters.OTLPTraceExporter({
    url: `${url}/v1/traces`,
    headers,
    timeoutMillis: FLUSH_MS,
  })
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  })
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager())
  api.propagation.setGlobalPropagator(new core.W3CTraceContextPropagator())
  api.trace.setGlobalTracerProvider(provider)
  return {
    telemetry: new bull.BullMQOtel({ tracerName: 'mirrorwatch' }),
    async [Symbol.asyncDispose]() {
      await provider.shutdown()
      api.trace.disable()
      api.propagation.disable()
      api.context.disable()
    },
  }
}
