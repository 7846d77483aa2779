/** A request to an upstream. All bounds are the caller's: nothing is unlimited by default. */
export interface HttpRequest {
  method?: 'GET' | 'HEAD' | 'POST'
  headers?: Record<string, string>
  /** Headers that hold credentials. A redirect to another origin loses them. */
  secretHeaders?: Record<string, string>
  body?: Uint8Array
  /** Most bytes of a body; one byte more is `too-large`. */
  maxBytes: number
  /** Milliseconds for the whole exchange, retries not counted. Default: the client's. */
  timeoutMs?: number
  /** Most redirects to follow (default 0: a 3xx is returned as it is). */
  maxRedirects?: number
  /** Says whether a redirect may be followed; each target is address-checked all the same. Default: never from https to http. */
  allowRedirect?: (from: URL, to: URL) => boolean
  /**
   * Streams the body of an answer with status 200: called at the beginning of each such answer (a retry begins another), and
   * returns the function that takes the pieces. The response's `body` is then empty. An error that it throws ends the request.
   */
  openSink?: () => (untrustedPiece: Buffer) => void
  signal?: AbortSignal
}

export interface HttpResponse {
  status: number
  /** Lower-case names; a repeated header's values joined with ", ". */
  headers: Record<string, string>
  body: Buffer
  /** The address that answered, after redirects. */
  url: URL
}

/**
 * The one door to the network. An implementation adds the User-Agent, the address check (after DNS, on every hop), the
 * rate limit per host, the retries and the size cap; clients above it know protocols only.
 *
 * `request` resolves for every HTTP status but 429 and 5xx; it throws a GomodError of code `retry-later` (after its own
 * retries), `too-large`, `forbidden-address`, `bad-response` (what answered does not speak HTTP) or `malformed` (no URL).
 */
export interface HttpClient extends AsyncDisposable {
  request(url: URL | string, request: HttpRequest): Promise<HttpResponse>
}

/** Spaces requests to one host; the service's implementation holds across all workers. */
export interface RateLimiter {
  /**
   * Resolves when `requests` (default 1) requests to `host` may start one right after the other.
   *
   * @throws GomodError `retry-later` where the turn would not come within a bearable time; the signal's reason.
   */
  acquire(host: string, signal?: AbortSignal, requests?: number): Promise<void>
  /** The host said that it is asked too often, and wants silence for `retryAfterMs` where it says so. */
  throttled(host: string, retryAfterMs?: number): Promise<void>
}

/** Receives the outcome of requests, for metrics. Must not throw. */
export interface HttpObserver {
  /** One hop was answered; `status` null: it broke before. */
  answered(host: string, status: number | null, ms: number): void
  /** A request to `host` begins again after a failure. */
  retried(host: string): void
}
