import { GomodError } from '@mirrorwatch/gomod/errors'
import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import type { HttpClient, HttpResponse } from '../http/types.ts'
import { DELIMITER, FLUSH, type Packet, packet, readPackets } from './pkt-line.ts'

/** Answer of one `ls-refs` request. A tag's prefix matches a handful of refs; 100,000 refs are some 8 MiB. */
const MAX_LS_REFS_BYTES = 8 * 1024 * 1024
/** All refs of a repository, for servers that cannot filter: the largest have some 200,000. */
export const MAX_ALL_REFS_BYTES = 32 * 1024 * 1024
/** Refs kept of one answer. */
const MAX_REFS = 300_000
/** Redirects of a git address that are followed by us (a rename, a missing `.git`, a canonical host). */
const MAX_GIT_REDIRECTS = 5

export interface Ref {
  /** Full name: `refs/tags/v1.0.0`, `HEAD`. */
  name: string
  /** What the ref holds: for an annotated tag the tag object. */
  id: string
  /** What it comes to after all tags of tags: usually the commit. Equal to `id` for a lightweight tag. */
  peeled: string
}

export interface RefList {
  refs: Map<string, Ref>
  /** Where the repository answered; differs from what was asked where the host redirects (a renamed repository). */
  url: string
  objectFormat: ObjectFormat
}

const SERVICE = 'git-upload-pack'
const REF_LINE = /^([0-9a-f]{40}|[0-9a-f]{64}) (\S+)((?: \S+)*)$/

/**
 * The refs of a repository that start with one of `prefixes`, over git's protocol v2: usually one POST of about 600 bytes
 * in both directions (`git ls-remote URL REF` transfers all refs). Hosts that redirect, or do not speak v2, get the usual
 * GET first. A prefix is only a prefix: `refs/tags/v1.2.3` also brings `refs/tags/v1.2.3-rc1`.
 *
 * Source: https://git-scm.com/docs/protocol-v2#_ls_refs
 *
 * @throws GomodError `gone` (404, 410: no repository there), `unauthorized` (401, 403: private, or gone and the host does
 *   not say), `retry-later`, `bad-response`, `too-large`, `forbidden-address`.
 */
export async function lsRefs(
  http: HttpClient,
  url: string,
  prefixes: readonly string[],
  signal?: AbortSignal,
): Promise<RefList> {
  const direct = await postLsRefs(http, url, prefixes, 'sha1', signal)
  if (direct.status === 200) {
    const refs = tryParse(direct.body)
    if (refs !== null) return { refs, url, objectFormat: 'sha1' }
  }
  return afterAdvertisement(http, url, prefixes, signal)
}

/** The long way: capabilities first, following redirects, then the question at the address that answered. */
async function afterAdvertisement(
  http: HttpClient,
  url: string,
  prefixes: readonly string[],
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
    return { refs: parseAdvertisement(packets, prefixes), url: base, objectFormat: 'sha1' }
  }
  const objectFormat = packets.includes('object-format=sha256') ? 'sha256' : 'sha1'
  const answer = await postLsRefs(http, base, prefixes, objectFormat, signal)
  requireOk(answer, base)
  return { refs: parseLsRefs(answer.body), url: base, objectFormat }
}

function postLsRefs(
  http: HttpClient,
  url: string,
  prefixes: readonly string[],
  objectFormat: ObjectFormat,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  const head = [packet('command=ls-refs\n'), packet(`object-format=${objectFormat}`), DELIMITER]
  const wanted = prefixes.map((prefix) => packet(`ref-prefix ${prefix}\n`))
  const body = [...head, packet('peel\n'), packet('symrefs\n'), ...wanted, FLUSH].join('')
  return http.request(`${withoutSlash(url)}/${SERVICE}`, {
    method: 'POST',
    headers: {
      'git-protocol': 'version=2',
      'content-type': `application/x-${SERVICE}-request`,
      accept: `application/x-${SERVICE}-result`,
    },
    body: Buffer.from(body),
    maxBytes: MAX_LS_REFS_BYTES,
    ...(signal && { signal }),
  })
}

/** Null where the answer is not one to `ls-refs`: the server may want the GET first, or another object format. */
function tryParse(untrustedBody: Buffer): Map<string, Ref> | null {
  try {
    return parseLsRefs(untrustedBody)
  } catch (error) {
    if (error instanceof GomodError && error.code === 'bad-response') return null
    throw error
  }
}

/** Parses the answer to `ls-refs`. An unborn HEAD has no id and is left out. */
export function parseLsRefs(untrustedBody: Buffer): Map<string, Ref> {
  const refs = new Map<string, Ref>()
  let ended = false
  for (const item of readPackets(untrustedBody)) {
    if (!isData(item)) {
      ended = true
      break
    }
    const line = textOf(item)
    if (line.startsWith('unborn ')) continue
    const match = REF_LINE.exec(line)
    if (match === null) throw new GomodError('bad-response', 'the server answered something else than refs')
    const [, id = '', name = '', attributes = ''] = match
    const peeled = / peeled:([0-9a-f]{40}|[0-9a-f]{64})(?: |$)/.exec(attributes)?.[1] ?? id
    add(refs, { name, id, peeled })
  }
  if (!ended) throw new GomodError('bad-response', "the server's list of refs has no end")
  return refs
}

/** Protocol v0 and v1: all refs, annotated tags a second time as `NAME^{}` with what they come to. */
function parseAdvertisement(packets: string[], prefixes: readonly string[]): Map<string, Ref> {
  const refs = new Map<string, Ref>()
  for (const line of packets) {
    if (line.startsWith('# service=') || line === 'version 1') continue
    const match = /^([0-9a-f]{40}|[0-9a-f]{64}) ([^\s\0]+)(?:\0.*)?$/s.exec(line)
    if (match === null) throw new GomodError('bad-response', 'the server answered something else than refs')
    const [, id = '', shown = ''] = match
    const name = shown.endsWith('^{}') ? shown.slice(0, -3) : shown
    if (name === 'capabilities' || !prefixes.some((prefix) => name.startsWith(prefix))) continue
    if (shown === name) add(refs, { name, id, peeled: id })
    else add(refs, { name, id: refs.get(name)?.id ?? id, peeled: id })
  }
  return refs
}

function add(refs: Map<string, Ref>, ref: Ref): void {
  if (refs.size >= MAX_REFS)
    throw new GomodError('too-large', `the repository has more than ${MAX_REFS} refs`)
  refs.set(ref.name, ref)
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
