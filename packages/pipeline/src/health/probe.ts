import { isGomodError } from '@mirrorwatch/gomod/errors'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { createProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { Config } from '../config/config.ts'
import { folderFault } from '../config/local-folders.ts'
import { withoutCredentials } from '../config/schemas.ts'
import { causes } from '../errors.ts'

export interface Probe {
  /** Purpose for display: `index feed`. */
  name: string
  /** URL without user and password. */
  url: string
  /** Null if it answers; else what went wrong. */
  fault: string | null
  /** Advice if it does not answer. */
  todo: string
}

const PROBE_TIMEOUT_MS = 5_000
const MAX_PROBE_BYTES = 4_000_000
const PROXY = 'module proxy'
/** Module that every proxy in use has cached; a proxy without it says so, which also proves that it works. */
const PROBED_MODULE = 'golang.org/x/text'

/** Sends each upstream one small request, all at once, without retries: the results arrive within seconds. */
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
    { name: PROXY, url: `${config.proxyUrl}/`, todo: todo('MIRRORWATCH_PROXY_URL') },
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
      fault:
        question.name === PROXY
          ? await proxyFault(http, config, signal)
          : await fault(http, question.url, signal),
    })),
  )
}

function todo(variable: string): string {
  return `Check the network, DNS and any firewall between; ${variable} points elsewhere.`
}

/** Probes a server. Any answer below 500 shows that it is running. */
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

/** Asks for a module's versions: a sign-in page, a block page or a refusal is not an answer of a module proxy. */
async function proxyFault(
  http: HttpClient,
  { proxyUrl: baseUrl, proxyHeaders: secretHeaders }: Config,
  signal?: AbortSignal,
): Promise<string | null> {
  if (baseUrl.startsWith('file:')) return folderFault(baseUrl)
  try {
    await createProxyClient({ http, baseUrl, secretHeaders }).list(PROBED_MODULE, signal)
    return null
  } catch (error) {
    if (isGomodError(error, 'not-found', 'not-cached', 'gone')) return null
    if (!(error instanceof Error)) throw error
    return causes(error)
  }
}
