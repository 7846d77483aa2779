import type { ServerResponse } from 'node:http'
import type { Service } from './request-log.ts'

/**
 * - `status`: an error status, with Retry-After in seconds if given.
 * - `html`: 200 and a web page, as a captive portal answers.
 * - `garbage`: 200 and bytes of no format.
 * - `hang`: no answer until the client or the world gives up.
 * - `reset`: the connection is cut before any answer.
 * - `cut`: the true answer, but the connection ends after `bytes` of its body.
 */
export type FaultKind =
  | { do: 'status'; status: number; retryAfter?: number; body?: string }
  | { do: 'html' }
  | { do: 'garbage' }
  | { do: 'hang' }
  | { do: 'reset' }
  | { do: 'cut'; bytes: number }

export interface Fault {
  service: Service
  /** Only requests whose path (below the service) matches. */
  path?: RegExp
  kind: FaultKind
  /** Number of requests that meet the fault. Default: all until it is removed. */
  times?: number
  /** Duration of the fault in milliseconds from when it is added. */
  forMs?: number
}

/** Current faults of a world's services. */
export class Faults {
  /** Requests that have met a fault so far. */
  taken = 0
  readonly #active: (Fault & { until: number; left: number })[] = []

  /** The fault ends by its own bounds or when the result is disposed. */
  add(fault: Fault): Disposable {
    const active = { ...fault, until: Date.now() + (fault.forMs ?? Infinity), left: fault.times ?? Infinity }
    this.#active.push(active)
    return {
      [Symbol.dispose]: () => {
        active.left = 0
      },
    }
  }

  clear(): void {
    this.#active.length = 0
  }

  /** The fault that this request meets, used up by one. */
  take(service: Service, path: string): FaultKind | undefined {
    const now = Date.now()
    const fault = this.#active.find(
      (each) =>
        each.service === service &&
        each.left > 0 &&
        each.until > now &&
        (each.path === undefined || each.path.test(path)),
    )
    if (!fault) return undefined
    fault.left--
    this.taken++
    return fault.kind
  }
}

/** Answers in the faulty way; `cut` is not answered here, it needs the true answer. */
export function sendFault(response: ServerResponse, fault: Exclude<FaultKind, { do: 'cut' }>): void {
  switch (fault.do) {
    case 'status': {
      const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
      response.writeHead(fault.status, { 'content-type': 'text/plain; charset=utf-8', ...retry })
      response.end(fault.body ?? `status ${fault.status}\n`)
      return
    }
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(
        '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Accept the terms</body></html>\n',
      )
      return
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      response.end(Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 151 + 7) & 0xff)))
      return
    case 'hang':
      return
    case 'reset':
      response.destroy()
  }
}

/** From now on the response ends, with its connection, after `bytes` of its body. */
export function cutResponse(response: ServerResponse, bytes: number): void {
  let left = bytes
  const write = response.write.bind(response)
  const cut = (chunk: unknown): boolean => {
    if (!Buffer.isBuffer(chunk)) return true
    const part = chunk.subarray(0, left)
    left -= part.length
    return write(part, () => {
      if (left <= 0) response.destroy()
    })
  }
  response.write = cut as typeof response.write
  response.end = ((chunk?: unknown) => {
    cut(chunk)
    // A body shorter than the cut still ends with a broken connection.
    setImmediate(() => response.destroy())
    return response
  }) as typeof response.end
}
