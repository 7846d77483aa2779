import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { Db } from '@mirrorwatch/store/database'
import { signedSumOf } from '@mirrorwatch/store/queries/page-module'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { pathIn, queryOf, viewerOf } from '../parts/viewer.ts'
import { filePart } from './file-lines.ts'
import { ZipShelf } from './shelf.ts'
import { filePage, zipPage } from './zip-page.ts'

/** Time that a page waits for the checksum database. */
const SUM_WAIT_MS = 5_000

/** Adds the pages that show what the mirror serves, file by file. Contents are only ever shown as text. */
export function mountZips(app: WebApp, context: WebContext): void {
  const shelf = new ZipShelf(context.clients.proxy, context.clock)
  app.get('/zips/*', async (c) => {
    const { module, version, file } = placeOf(pathIn(c, '/zips/'))
    const recorded = await recordedSum(c.var.db, module, version)
    const zip = await shelf.open(module, version)
    const signedSum = recorded ?? (await askedSum(context, module, version))
    const viewer = viewerOf(c, context)
    if (file === null) return c.html(zipPage(viewer, { module, version, zip, signedSum }))
    const entry = zip.entries.find(({ name }) => name === file)
    if (entry === undefined) throw new WebProblem(404, 'The zip has no such file.')
    const query = queryOf(c)
    const line = numberIn(query.get('line'))
    const from = line ?? numberIn(query.get('from')) ?? 1
    const part = filePart(await zip.read(file), file, { from, single: line !== null })
    return c.html(
      filePage(viewer, { module, version, zip, signedSum, entry, part, from, single: line !== null }),
    )
  })
}

/** Refuses what the feed has not shown: the page must not make the mirror fetch anything. */
async function recordedSum(db: Db, module: string, version: string): Promise<string | null> {
  const known = await signedSumOf(db, module, version)
  if (known === null) throw new WebProblem(404, 'No such version has been seen in the feed.')
  return known.zipSum
}

/** Asks the checksum database where its record was not read yet; null where it does not answer. */
async function askedSum({ clients }: WebContext, module: string, version: string): Promise<string | null> {
  try {
    return (await clients.verify.sumdb?.zipSum(module, version, AbortSignal.timeout(SUM_WAIT_MS))) ?? null
  } catch (error) {
    if (isGomodError(error) || (error instanceof Error && error.name === 'TimeoutError')) return null
    throw error
  }
}

function placeOf(path: string): { module: string; version: string; file: string | null } {
  const [module, rest = ''] = splitOnce(path, '/@v/')
  const [version, file] = splitOnce(rest, '/')
  if (module === '' || version === '') throw new WebProblem(404, 'There is no such zip.')
  return { module, version, file: file === undefined || file === '' ? null : file }
}

function splitOnce(text: string, at: string): [string, string?] {
  const found = text.indexOf(at)
  return found === -1 ? [text] : [text.slice(0, found), text.slice(found + at.length)]
}

function numberIn(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null
}
