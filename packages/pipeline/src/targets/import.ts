import type { Db } from '@mirrorwatch/store/database'
import { upsertTargets } from '@mirrorwatch/store/tables/targets'
import { PipelineError } from '../errors.ts'
import { targetsOf } from './read-file.ts'

export interface ImportOptions {
  file: string
  /** Source of the figures. */
  source: string
  /** Least number of dependents; modules with fewer are left out. */
  minDependents: number
  now: Date
  /** Called with the rows taken so far. */
  onProgress?: (rows: number) => void
}

export interface ImportSummary {
  rows: number
  /** Rows with fewer dependents than asked for. */
  left: number
  /** Modules that were no targets before. */
  added: number
}

/** Rows in one statement: keeps parameters and memory small. */
const CHUNK = 10_000

/**
 * Imports the targets of a file of any size, all or nothing. New ones are matched with everything known by the `targets`
 * stage.
 *
 * @throws PipelineError `bad-input`, with the line where one is wrong
 */
export async function importTargets(db: Db, options: ImportOptions): Promise<ImportSummary> {
  const { file, source, minDependents, now, onProgress } = options
  const summary = { rows: 0, left: 0, added: 0 }
  await db.transaction().execute(async (trx) => {
    let chunk: { path: string; dependents: number }[] = []
    const flush = async (): Promise<void> => {
      const { added } = await upsertTargets(trx, chunk, source, now)
      summary.added += added.length
      summary.rows += chunk.length
      chunk = []
      onProgress?.(summary.rows)
    }
    for await (const { path, dependents } of targetsOf(file)) {
      // A module listed without a figure has at least one dependent.
      if (dependents !== null && dependents < minDependents) summary.left++
      else chunk.push({ path, dependents: dependents ?? 1 })
      if (chunk.length >= CHUNK) await flush()
    }
    await flush()
  })
  if (summary.rows + summary.left === 0) throw new PipelineError('bad-input', `${file} has no targets`)
  return summary
}
