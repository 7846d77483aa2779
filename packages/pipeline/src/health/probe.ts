import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import type { Config } from '../config/config.ts'
import { folderFault } from '../config/local-folders.ts'
import { withoutCredentials } from '../config/schemas.ts'
import { causes } from '../errors.ts'

export interface Probe {
  /** What it is for, as a person says it: `index feed`. */
  name: string
  /** Without user and password. */
  url: string
  /** Null where it answers; else what went wrong. */
  fault: string | null
  /** What to do where it does not answer. */
  todo: string
}

const PROBE_TIMEOUT_MS = 5_000
const MAX_PROBE_BYTES = 4_000_000

/** Asks each upstream one small question, all at once, without retries: an answer within seconds, good or bad. */
export async function probeUpstreams(config: Config, signal?: AbortSignal): Promise<Probe[]> {
  const { userAgent, allowPrivateHosts } = config
  await using http = createHttpClient({
    userAgent,
    allowPrivateHosts,
    retries: 0,
    timeoutMs: PROBE_TIMEOUT_MS,
  })
  const questions: Omit<Probe, 'fault'>[] = [
    { name: 'index feed', url: `${config.indexUrl}?limit=1`, todo: todo('MIRRORWATCH_INDEX_URL') },
    { name: 'module proxy', url: `${config.proxyUrl}/`, todo: todo('MIRRORWATCH_PROXY_URL') },
    ...(config.sumdbUrl === null
      ? []
      : [
          {
            name: 'checksum database',
            url: `${config.sumdbUrl}/latest`,
            todo: `${todo('MIRRORWATCH_SUMDB_URL')} MIRRORWATCH_SUMDB_URL=off does without.`,
          },
        ]),
  ]
  return await Promise.all(
    questions.map(async (question) => ({
      ...question,
      url: withoutCredentials(question.url),
      fault: await fault(http, question.url, signal),
    })),
  )
}

function todo(variable: string): string {
  return `Check the network, DNS and any firewall between; ${variable} points elsewhere.`
}

/** Any answer below 500 shows that the server is there. */
async function fault(http: HttpClient, url: string, signal?: AbortSignal): Promise<string | null> {
  if (url.startsWith('file:')) return folderFault(url)
  try {
    const { status } = await http.request(url, {
      maxBytes: MAX_PROBE_BYTES,
      ...(signal === undefined ? {} : { signal }),
    })
    return status < 500 ? null : `it answers with status ${status}`
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return causes(error)
  }
}
