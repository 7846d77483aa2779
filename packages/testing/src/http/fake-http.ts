import type { HttpClient, HttpRequest } from '@mirrorwatch/upstream/http/types'

export type FakeAnswer =
  | string
  | Buffer
  | { status: number; body: string | Buffer; headers?: Record<string, string>; url?: string }

export interface FakeHttp extends HttpClient {
  /** The requests received, in order. */
  requests: { url: string; request: HttpRequest }[]
}

/** Answers from a table of URLs, or by a function; a URL that is not in it fails the test. */
export function fakeHttp(
  answers: Record<string, FakeAnswer> | ((url: string, request: HttpRequest) => FakeAnswer | undefined),
): FakeHttp {
  const requests: FakeHttp['requests'] = []
  return {
    requests,
    request: async (url, request) => {
      const asked = new URL(url).href
      requests.push({ url: asked, request })
      const answer = typeof answers === 'function' ? answers(asked, request) : answers[asked]
      if (answer === undefined) throw new Error(`unexpected request: ${asked}`)
      const full =
        typeof answer === 'string' || Buffer.isBuffer(answer) ? { status: 200, body: answer } : answer
      return {
        status: full.status,
        headers: full.headers ?? {},
        body: Buffer.from(full.body),
        url: new URL(full.url ?? asked),
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
