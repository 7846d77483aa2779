import type { z } from 'zod'
import { CliError } from '../output/exit.ts'

/** Time limit for one answer of the server. */
const PATIENCE_MS = 60_000

/** The API of a server, as a token opens it. */
export interface ApiClient {
  /** Sends a request below /api/v1 and returns the answer. @throws CliError where the server refuses or does not answer */
  ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, schema: z.ZodType<T>, body?: unknown): Promise<T>
}

export function createApiClient({ url, token }: { url: string; token: string }): ApiClient {
  return {
    async ask(method, path, schema, body) {
      const response = await send(`${url}/api/v1${path}`, method, token, body)
      const untrustedAnswer: unknown = await response.json().catch(() => null)
      if (!response.ok) throw refusal(url, response.status, untrustedAnswer)
      const parsed = schema.safeParse(untrustedAnswer)
      if (parsed.success) return parsed.data
      throw new CliError(`${url} does not answer like mirrorwatch of this release`, {
        todo: 'Check MIRRORWATCH_SERVER, and that both have the same release.',
        cause: parsed.error,
      })
    },
  }
}

async function send(url: string, method: string, token: string, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // A redirect would carry the token elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    throw new CliError(`the server ${new URL(url).origin} does not answer`, {
      todo: 'Check MIRRORWATCH_SERVER, and that the server runs.',
      cause,
    })
  }
}

function refusal(url: string, status: number, untrustedAnswer: unknown): CliError {
  const { detail, title } = (untrustedAnswer ?? {}) as { detail?: unknown; title?: unknown }
  const why = [detail, title].find((text) => typeof text === 'string') ?? `status ${status}`
  const todo = status === 401 ? { todo: 'Check MIRRORWATCH_TOKEN; mirrorwatch token makes one.' } : {}
  return new CliError(`${url} refuses: ${why}`, todo)
}
