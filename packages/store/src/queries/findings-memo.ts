import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Store } from '../connect/connect.ts'
import type { Knowledge } from './known-findings.ts'

/**
 * Cached modules and findings of the embedded store, kept next to it in the data folder. Opening that store takes a second,
 * and an editor or a hook runs the same check many times while the store does not change.
 */
interface Memo {
  shape: number
  /** {@link storeStamp} of the store that was read. */
  stamp: string
  known: Knowledge
}

const FILE = 'known-modules.json'
/** Number of the shape of {@link Knowledge}, so that no other version's memo is read. */
const SHAPE = 2
/** Some 10 MB: with more rows, opening the store is the smaller part of the work. */
const MOST_ROWS = 30_000

/**
 * Returns what the embedded store of `dataDir` knows of `modules`: from the memo if the store has not been written to since,
 * else from the store, which `open` opens.
 */
export async function knowledgeInFolder(
  dataDir: string,
  modules: readonly string[],
  open: () => Promise<Store>,
): Promise<Knowledge> {
  const [memo, stamp] = await Promise.all([readMemo(dataDir), storeStamp(dataDir)])
  if (memo?.shape === SHAPE && stamp !== null && memo.stamp === stamp) return about(memo.known, modules)
  const { knowledgeOf } = await import('./known-findings.ts')
  const store = await open()
  let known: Knowledge
  let all: Knowledge | null
  try {
    known = await knowledgeOf(store.db, modules)
    // A store that another process runs has no state that lasts.
    all = store.owned ? await knowledgeOf(store.db, { limit: MOST_ROWS + 1 }) : null
  } finally {
    await store.close()
  }
  if (all !== null && isSmall(all)) await writeMemo(dataDir, all, Date.now())
  return known
}

function about(known: Knowledge, modules: readonly string[]): Knowledge {
  const wanted = new Set(modules)
  const isWanted = ({ module }: { module: string }): boolean => wanted.has(module)
  return { ...known, findings: known.findings.filter(isWanted), listed: known.listed.filter(isWanted) }
}

function isSmall({ findings, listed, targets }: Knowledge): boolean {
  return [findings, listed, targets].every((rows) => rows.length <= MOST_ROWS)
}

/**
 * Returns a stamp that differs for every state of the store's files: each commit writes to the log, and each close writes to
 * the control file. Returns null while a process runs the store, and if there is no store.
 */
async function storeStamp(dataDir: string, notAfterMs = Number.POSITIVE_INFINITY): Promise<string | null> {
  try {
    if ((await readdir(dataDir)).includes('store.json')) return null
    const log = path.join(dataDir, 'postgres/pg_wal')
    const files = (await readdir(log))
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((name) => path.join(log, name))
    const parts: string[] = []
    for (const file of [path.join(dataDir, 'postgres/global/pg_control'), ...files]) {
      const { size, mtimeNs, ino } = await stat(file, { bigint: true })
      if (mtimeNs / 1_000_000n > notAfterMs) return null
      parts.push(`${path.basename(file)} ${ino} ${size} ${mtimeNs}`)
    }
    return parts.join('\n')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function readMemo(dataDir: string): Promise<Memo | null> {
  try {
    return JSON.parse(await readFile(path.join(dataDir, FILE), 'utf8')) as Memo
  } catch (error) {
    // Half a file, after a crash, is as good as none.
    if (isMissing(error) || error instanceof SyntaxError) return null
    throw error
  }
}

/** @param closedAtMs when our store was closed: what is newer is another's, and not what we have read */
async function writeMemo(dataDir: string, known: Knowledge, closedAtMs: number): Promise<void> {
  const stamp = await storeStamp(dataDir, closedAtMs)
  if (stamp === null) return
  const memo: Memo = { shape: SHAPE, stamp, known }
  const file = path.join(dataDir, FILE)
  await writeFile(`${file}.${process.pid}`, JSON.stringify(memo), { mode: 0o600 })
  await rename(`${file}.${process.pid}`, file)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
