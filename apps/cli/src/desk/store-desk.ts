import type { Config } from '@mirrorwatch/pipeline/config/config'
import { watchFault } from '@mirrorwatch/pipeline/config/watch-fault'
import { readDenyList } from '@mirrorwatch/pipeline/known/deny-list'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { allowFindings } from '@mirrorwatch/store/decisions/allow-findings'
import { type DecisionResult, decide } from '@mirrorwatch/store/decisions/decide'
import { logDecision } from '@mirrorwatch/store/decisions/log'
import { findingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import {
  exportFindings,
  type Finding,
  type FindingPosition,
  findingById,
  listFindings,
} from '@mirrorwatch/store/queries/findings-list'
import { allowHits } from '@mirrorwatch/store/queries/page-allow'
import { allow, disallow, listAllowEntries } from '@mirrorwatch/store/tables/allow'
import { unwatch, watchPage, watchPaths } from '@mirrorwatch/store/watch/entries'
import { filterOf } from '../inputs/finding-filter.ts'
import { CliError } from '../output/exit.ts'
import { assessNow } from '../session/assess.ts'
import type { Desk, DeskDecision } from './desk.ts'

/** Entries of the watch list that are read at once. */
const WATCH_PAGE = 500

const VIA = 'command line'

/** Creates a desk on a store that this process has opened. @param author who decides */
export function createStoreDesk(store: Store, config: Pick<Config, 'channels'>, author: () => string): Desk {
  const { db } = store
  return {
    async list(filter, limit) {
      const findings: Finding[] = []
      let after: FindingPosition | null = null
      // A page may be shorter than asked for before the last one.
      do {
        const page = await listFindings(db, filterOf(filter), { limit: limit - findings.length, after })
        findings.push(...page.findings)
        after = page.next
      } while (after !== null && findings.length < limit)
      return { findings, more: after !== null }
    },
    async show(id) {
      const finding = await findingById(db, id)
      return finding === null ? null : { finding, timeline: await findingTimeline(db, finding) }
    },
    all: (filter, base) => exportFindings(db, { ...base, ...filterOf(filter) }),
    denied: async () => ({ at: new Date(), modules: await readDenyList(db) }),
    decide: (id, decision) => decideInStore(store, id, decision, author()),
    async allowed() {
      const hits = new Map((await allowHits(db)).map((each) => [each.id, each]))
      return (await listAllowEntries(db)).map((entry) => {
        const { hits: count = 0, lastSeenAt = null } = hits.get(entry.id) ?? {}
        return { ...entry, hits: count, lastHitAt: lastSeenAt }
      })
    },
    async allow(name) {
      const by = author()
      const { id, moduleIds } = await db.transaction().execute(async (trx) => {
        const subject = `${name.kind} ${name.module}`
        const line = { author: by, via: VIA, action: 'allow-add', reason: name.reason, subject } as const
        const decisionId = await logDecision(trx, { ...line, until: name.expiresAt }, new Date())
        return allow(trx, { ...name, author: by, decisionId })
      })
      await assessNow(db, moduleIds)
      return id
    },
    async disallow(id) {
      const line = {
        author: author(),
        via: VIA,
        action: 'allow-remove',
        reason: '',
        subject: String(id),
      } as const
      const { moduleIds } = await db.transaction().execute(async (trx) => {
        const change = await disallow(trx, id)
        await logDecision(trx, line, new Date())
        return change
      })
      await assessNow(db, moduleIds)
    },
    async *watched() {
      for (let from: string | null = ''; from !== null; ) {
        const page: Awaited<ReturnType<typeof watchPage>> = await watchPage(db, {
          limit: WATCH_PAGE,
          after: from,
        })
        yield* page.entries
        from = page.nextPath
      }
    },
    async watch(names) {
      const fault = watchFault(names, config)
      if (fault !== null)
        throw new CliError(fault, { todo: 'mirrorwatch watch add --help says what can be watched.' })
      const request = { ...names, author: author(), via: VIA } as const
      await db.transaction().execute((trx) => watchPaths(trx, request, new Date()))
    },
    async unwatch(id) {
      await db
        .transaction()
        .execute((trx) => unwatch(trx, { id }, { author: author(), via: VIA }, new Date()))
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
}

async function decideInStore(
  store: Store,
  id: number,
  { status, reason, allow: kind }: DeskDecision,
  author: string,
): Promise<{ changed: boolean }> {
  const now = new Date()
  const by = { author, via: VIA, reason } as const
  const made = await store.db
    .transaction()
    .execute(async (trx): Promise<DecisionResult & { moduleIds: number[] }> => {
      if (kind !== undefined) return allowFindings(trx, [{ id }], { ...by, kind }, now)
      return { ...(await decide(trx, [{ id }], { ...by, status }, now)), moduleIds: [] }
    })
  if (made.missing.length > 0) {
    throw new CliError(`there is no finding ${id}`, { todo: 'mirrorwatch findings list shows them.' })
  }
  if (made.moduleIds.length > 0) await assessNow(store.db, made.moduleIds)
  return { changed: made.changed.length > 0 }
}
