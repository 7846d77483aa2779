import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import { openStore } from '@mirrorwatch/store/connect/connect'

const STORE_SOURCE = path.join(import.meta.dirname, '../../../store')

/**
 * Puts an empty, migrated embedded store into `dataDir`, unless there is one. Copying a template takes a sixth of the CPU time
 * that the first start of a store takes, most of which is Postgres' initdb.
 */
export async function prepareStore(dataDir: string): Promise<void> {
  const database = path.join(dataDir, 'postgres')
  if (existsSync(database)) return
  const template = await ensureTemplate()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  cpSync(template, database, { recursive: true })
}

/** Makes the template that {@link prepareStore} copies. Returns its folder, which later runs use again. */
export async function ensureTemplate(): Promise<string> {
  const template = path.join(
    tmpdir(),
    `mirrorwatch-store-template-${process.getuid?.() ?? ''}-${templateKey()}`,
  )
  if (existsSync(template)) return template
  const draft = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-store-draft-'))
  try {
    const store = await openStore({ dataDir: draft })
    try {
      await using _queue = await openQueue({ kind: 'embedded', poolConfig: store.poolConfig })
    } finally {
      await store.close()
    }
    renameSync(path.join(draft, 'postgres'), template)
  } catch (error) {
    // Another process was faster.
    if (!existsSync(template)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return template
}

/** Identifies what a template depends on: our migrations, and the versions of all dependencies. */
function templateKey(): string {
  const files = globSync('src/migrations/**', { cwd: STORE_SOURCE, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
  const hash = createHash('sha256')
  for (const file of [...files, path.join(STORE_SOURCE, '../../package-lock.json')])
    hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}
