import { ownerOf } from '@mirrorwatch/gomod/paths/owner'
import { sql } from 'kysely'
import type { Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { AllowEntryTable, DecisionVia } from '../finding-tables.ts'
import { allow } from '../tables/allow.ts'
import type { TimeInput } from '../values.ts'
import { type DecisionResult, type DecisionTarget, decide } from './decide.ts'

export interface AllowDecision {
  /** The names that are allowed from now on: the pair, the module's path, or its owner. */
  kind: AllowEntryTable['kind']
  author: string
  via?: DecisionVia
  reason: string
  until?: TimeInput | null
}

export interface AllowResult extends DecisionResult {
  /** Modules that are assessed again. */
  moduleIds: number[]
}

/**
 * Puts the names of findings on the allow list and gives the findings the status `allowed`. {@link undo} takes both back.
 *
 * @throws StoreError `invalid-input` for a pair where a finding has no target
 */
export async function allowFindings(
  trx: Trx,
  targets: readonly DecisionTarget[],
  decision: AllowDecision,
  now: TimeInput,
): Promise<AllowResult> {
  const { kind, author, via, reason, until = null } = decision
  const result = await decide(
    trx,
    targets,
    { status: 'allowed', author, reason, until, ...(via === undefined ? {} : { via }) },
    now,
  )
  const names = new Map<string, { module: string; target: string | null }>()
  for (const { id, module, target } of await namesOf(trx, result.changed)) {
    if (kind === 'pair' && target === null) {
      throw new StoreError('invalid-input', `Finding ${id} has no target: allow its path instead.`)
    }
    const name = {
      module: kind === 'owner' ? ownerOf(module) : module,
      target: kind === 'pair' ? target : null,
    }
    names.set(JSON.stringify(name), name)
  }
  const moduleIds = new Set<number>()
  for (const name of names.values()) {
    const entry = { ...name, kind, reason, author, expiresAt: until, decisionId: result.decisionId }
    for (const id of (await allow(trx, entry, now)).moduleIds) moduleIds.add(id)
  }
  return { ...result, moduleIds: [...moduleIds] }
}

async function namesOf(
  trx: Trx,
  ids: readonly number[],
): Promise<{ id: number; module: string; target: string | null }[]> {
  const { rows } = await sql<{ id: number; module: string; target: string | null }>`
    select f.id, m.path as module, f.target from finding f join module m on m.id = f.module_id
    where f.id = any(${ids}::bigint[]) order by f.id`.execute(trx)
  return rows
}
