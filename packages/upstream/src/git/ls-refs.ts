import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import type { HttpClient, HttpResponse } from '../http/types.ts'
import { DELIMITER, FLUSH, type Packet, packet, readPackets } from './pkt-line.ts'
import { addRef, type Ref, RefReader } from './ref-reader.ts'

/** Answer of one `ls-refs` request. A tag's prefix matches a handful of refs; 100,000 refs are some 8 MiB. */
const MAX_LS_REFS_BYTES = 8 * 1024 * 1024
/** All refs of a repository, for servers that cannot filter: the largest have some 200,000. */
export const MAX_ALL_REFS_BYTES = 32 * 1024 * 1024
/** Redirects of a git address that are followed by us (a rename, a missing `.git`, a canonical host). */
const MAX_GIT_REDIRECTS = 5

/** Wanted part of an answer. */
export interface RefSelection {
  /** Names to ask for. A prefix is only a prefix: `refs/tags/v1.2.3` also brings `refs/tags/v1.2.3-rc1`. */
  prefixes: readonly string[]
  /** Filter of refs that begin with a prefix. Default: all. */
  keep?: (name: string) => boolean
  /** Longest answer, in bytes. */
  maxBytes?: number
}

export interface RefList {
  refs: Map<string, Ref>
  /** Address that answered; another one than requested if the host redirects (a renamed repository). */
  url: string
  objectFormat: ObjectFormat
}

const SERVICE = 'git-upload-pack'

/**
 * The refs of a repository that start with one of `prefixes`, over git's protocol v2: usually one POST of about 600 bytes
 * in both directions (`git ls-remote URL REF` transfers all refs). Hosts that redirect, or do not speak v2, get the usual
 * GET first. The answer is read as a stream, so that memory holds only the refs that are kept.
 *
 * Source: https://git-scm.com/docs/protocol-v2#_ls_refs
 *
 * @throws GomodError `gone` (404, 410: no repository there), `unauthorized` (401, 403: private, or gone and the host does
 *   not say), `retry-later`, `bad-response`, `too-large`, `forbidden-address`.
 */
export async function lsRefs(
  http: HttpClient,
  url: string,
  selection: RefSelection,
  signal?: AbortSignal,
): Promise<RefList> {
  const direct = await tryLsRefs(http, url, selection, signal)
  if (direct !== null) return { refs: direct, url, objectFormat: 'sha1' }
  return afterAdvertisement(http, url, selection, signal)
}

/** Null where the answer is not one to `ls-refs`: the server may want the GET first, or another object format. */
async function tryLsRefs(
  http: HttpClient,
  url: string,
  selection: RefSelection,
  signal?: AbortSignal,
): Promise<Map<string, Ref> | null> {
  try {
    const answer = await postLsRefs(http, url, selection, 'sha1', signal)
    return answer.response.status === 200 ? answer.reader.end() : null
  } catch (error) {
    if (isGomodError(error, 'bad-response')) return null
    throw error
  }
}

/** The long way: capabilities first, following redirects, then the question at the address that answered. */
async function afterAdvertisement(
  http: HttpClient,
  url: string,
  selection: RefSelection,
  signal?: AbortSignal,
): Promise<RefList> {
  const response = await http.request(`${withoutSlash(url)}/info/refs?service=${SERVICE}`, {
    headers: { 'git-protocol': 'version=2', accept: `application/x-${SERVICE}-advertisement` },
    maxBytes: MAX_ALL_REFS_BYTES,
    maxRedirects: MAX_GIT_REDIRECTS,
    ...(signal && { signal }),
  })
  requireOk(response, url)
  const base = repositoryOf(response.url, url)
  const packets = [...readPackets(response.body)].filter(isData).map(textOf)
  if (!packets.includes('version 2')) {
    return { refs: parseAdvertisement(packets, selection), url: base, objectFormat: 'sha1' }
  }
  const objectFormat = packets.includes('object-format=sha256') ? 'sha256' : 'sha1'
  const answer = await postLsRefs(http, base, selection, objectFormat, signal)
  requireOk(answer.response, base)
  return { refs: answer.reader.end(), url: base, objectFormat }
}

async function postLsRefs(
  http: HttpClient,
  url: string,
  { prefixes, keep = () => true, maxBytes = MAX_LS_REFS_BYTES }: RefSelection,
  objectFormat: ObjectFormat,
  signal?: AbortSignal,
): Promise<{ response: HttpResponse; reader: RefReader }> {
  const head = [packet('command=ls-refs\n'), packet(`object-format=${objectFormat}`), DELIMITER]
  const wanted = prefixes.map((prefix) => packet(`ref-prefix ${prefix}\n`))
  const body = [...head, packet('peel\n'), packet('symrefs\n'), ...wanted, FLUSH].join('')
  let reader = new RefReader(keep)
  const response = await http.request(`${withoutSlash(url)}/${SERVICE}`, {
    method: 'POST',
    headers: {
      'git-protocol': 'version=2',
      'content-type': `application/x-${SERVICE}-request`,
      accept: `application/x-${SERVICE}-result`,
    },
    body: Buffer.from(body),
    maxBytes,
    openSink: () => {
      const fresh = new RefReader(keep)
      reader = fresh
      return (piece) => fresh.push(piece)
    },
    ...(signal && { signal }),
  })
  return { response, reader }
}

/** Protocol v0 and v1: all refs, annotated tags a second time as `NAME^{}` with what they come to. */
function parseAdvertisement(
  packets: string[],
  { prefixes, keep = () => true }: RefSelection,
): Map<string, Ref> {
  const refs = new Map<string, Ref>()
  for (const line of packets) {
    if (line.startsWith('# service=') || line === 'version 1') continue
    const match = /^([0-9a-f]{40}|[0-9a-f]{64}) ([^\s\0]+)(?:\0.*)?$/s.exec(line)
    if (match === null) throw new GomodError('bad-response', 'the server answered something else than refs')
    const [, id = '', shown = ''] = match
    const name = shown.endsWith('^{}') ? shown.slice(0, -3) : shown
    if (name === 'capabilities' || !prefixes.some((prefix) => name.startsWith(prefix)) || !keep(name))
      continue
    if (shown === name) addRef(refs, { name, id, peeled: id })
    else addRef(refs, { name, id: refs.get(name)?.id ?? id, peeled: id })
  }
  return refs
}

function isData(item: Packet): item is Extract<Packet, { type: 'data' }> {
  return item.type === 'data'
}

function textOf(item: Extract<Packet, { type: 'data' }>): string {
  return item.data.toString('utf8').replace(/\n$/, '')
}

function requireOk(response: HttpResponse, url: string): void {
  const { status } = response
  if (status === 200) return
  const message = `${url} answered ${status}`
  if (status === 404 || status === 410) throw new GomodError('gone', message)
  if (status === 401 || status === 403) throw new GomodError('unauthorized', message)
  if (status === 429 || status >= 500) throw new GomodError('retry-later', message)
  throw new GomodError('bad-response', message)
}

/** The repository's address behind the address of its `info/refs`. */
function repositoryOf(answered: URL, asked: string): string {
  const base = new URL(answered)
  if (!base.pathname.endsWith('/info/refs')) {
    throw new GomodError('bad-response', `${asked} redirects to something that is no repository`)
  }
  base.search = ''
  base.hash = ''
  base.pathname = base.pathname.slice(0, -'/info/refs'.length)
  return base.href
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
