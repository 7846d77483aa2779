import { GomodError } from '@mirrorwatch/gomod/errors'
import { cleanText } from '@mirrorwatch/gomod/untrusted-text'
import { z } from 'zod'
import type { ListedVersion } from './proxy-store.ts'

/**
 * The list of everything that an Athens proxy stores (https://docs.gomods.io/design/proxy/, "Catalog endpoint"). Other products
 * have none.
 */

/**
 * Entries asked for at once. Athens sends as many as it is asked for. A large page matters: its file storage takes the version
 * of the continuation token as a bound for all later modules, and so leaves some out between pages.
 */
const PAGE_SIZE = 100_000
/** A page of 100,000 entries of 120 bytes has 12 MB. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024
/** Limit on the versions of one proxy: twice the size of the whole public index is no private proxy. */
const MAX_VERSIONS = 10_000_000

const pageSchema = z.object({
  modules: z.array(z.object({ module: z.string(), version: z.string() })).nullish(),
  next: z.string().max(4096).optional(),
})

/**
 * Reads a catalog to its end.
 *
 * @param fetch reads a file below the proxy's address
 * @throws GomodError `not-found` if the proxy has none, `bad-response`, `too-large`, and what `fetch` throws
 */
export async function readCatalog(
  fetch: (file: string, maxBytes: number) => Promise<Buffer>,
): Promise<ListedVersion[]> {
  const found: ListedVersion[] = []
  const tokens = new Set<string>()
  for (let token = ''; ; ) {
    const query = new URLSearchParams({ pagesize: String(PAGE_SIZE), ...(token === '' ? {} : { token }) })
    const { modules, next = '' } = parsePage(await fetch(`catalog?${query}`, MAX_PAGE_BYTES))
    for (const { module, version } of modules ?? [])
      found.push({ untrustedPath: module, untrustedVersion: version })
    if (next === '') return found
    if (tokens.has(next)) throw new GomodError('bad-response', 'the catalog of the proxy repeats a page')
    if (found.length > MAX_VERSIONS)
      throw new GomodError('too-large', `the catalog of the proxy has more than ${MAX_VERSIONS} versions`)
    tokens.add(next)
    token = next
  }
}

function parsePage(untrustedBody: Buffer): z.infer<typeof pageSchema> {
  const text = untrustedBody.toString('utf8')
  try {
    const page = pageSchema.safeParse(JSON.parse(text))
    if (page.success) return page.data
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new GomodError('bad-response', `the catalog of the proxy is no list, but: ${cleanText(text)}`)
}
