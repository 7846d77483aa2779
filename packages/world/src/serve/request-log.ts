/** The services of a world, as the real ones are divided: `page` is `?go-get=1`. */
export type Service = 'index' | 'proxy' | 'sumdb' | 'git' | 'page' | 'unknown'

export interface LoggedRequest {
  service: Service
  /** The host that the client meant: `proxy`, `github.com`, … */
  host: string
  method: string
  /** Path and query below the service. */
  path: string
  status: number
  /** Body bytes sent. */
  bytes: number
  /** Why a well-behaved client would not have asked. */
  unexpected?: string
}

export interface RequestFilter {
  service?: Service
  host?: string
  status?: number
  path?: RegExp
}

/** Every request that a world has answered, in order of the answers. */
export class RequestLog {
  readonly all: LoggedRequest[] = []
  /** Told of each request as it is answered. */
  onAdd: ((request: LoggedRequest) => void) | undefined

  add(request: LoggedRequest): void {
    this.all.push(request)
    this.onAdd?.(request)
  }

  matching(filter: RequestFilter): LoggedRequest[] {
    return this.all.filter(
      (each) =>
        (filter.service === undefined || each.service === filter.service) &&
        (filter.host === undefined || each.host === filter.host) &&
        (filter.status === undefined || each.status === filter.status) &&
        (filter.path === undefined || filter.path.test(each.path)),
    )
  }

  count(filter: RequestFilter = {}): number {
    return this.matching(filter).length
  }

  /** Requests that show a mistake of the client: unknown addresses, guesses, side effects on the real services. */
  unexpected(): LoggedRequest[] {
    return this.all.filter((each) => each.unexpected !== undefined)
  }

  clear(): void {
    this.all.length = 0
  }
}
