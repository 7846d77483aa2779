import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import {
  type FindingDraft,
  type Reason,
  reasonText,
  type Signal,
  type SignalOf,
} from '@mirrorwatch/detect/finding'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, insertModules, later, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { triage } from '../src/decisions/decide.ts'
import type { Finding, FindingFilter, FindingPosition } from '../src/queries/findings-list.ts'
import {
  countFindings,
  exportFindings,
  findingById,
  findingHistory,
  listFindings,
} from '../src/queries/findings-list.ts'
import { saveFindings } from '../src/tables/findings.ts'
import { watchPaths } from '../src/watch/entries.ts'

const lookalike: SignalOf<'name-strong'> = {
  rule: 'name-strong',
  version: null,
  evidence: {
    nameRule: 'owner-affix',
    target: 'good.com/a',
    distance: 1,
    reason: 'affix',
    targetDependents: 9,
  },
}
const moved: Signal = { rule: 'tag-moved', version: 'v1.3.1', evidence: { cached: 'a', now: null } }
const WHY: Reason = {
  kind: 'decided',
  row: 'x',
  severity: 'medium',
  version: 'v1.3.1',
  signals: ['tag-moved'],
  says: 'it looks like it',
}

function draft(more: Partial<FindingDraft> = {}): FindingDraft {
  return {
    target: 'good.com/a',
    severity: 'medium',
    summary: 'looks like it',
    because: [WHY],
    signals: [lookalike],
    ...more,
  }
}

for (const { kind, skip } of ENGINES) {
  suite(`findings on ${kind}`, { skip }, () => {
    let own: TestStore
    let moduleId: number

    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(async () => {
      await own.reset()
      ;[moduleId = 0] = await insertModules(own.store, 'bad.com/a')
    })

    const save = async (drafts: FindingDraft[], now: string) => {
      const { created, changed } = await own.tx((trx) => saveFindings(trx, moduleId, drafts, now))
      return { created, changed }
    }

    async function only(): Promise<Finding> {
      const { findings } = await listFindings(own.store.db, {}, { limit: 10 })
      assert.equal(findings.length, 1)
      return findings[0] as Finding
    }

    async function changes(): Promise<string[]> {
      const history = await findingHistory(own.store.db, (await only()).id)
      return history.map(({ kind: what, from, to }) => `${what} ${from ?? ''}>${to ?? ''}`)
    }

    test('nothing in the evidence keeps a finding from being saved', async () => {
      const diff = '+\0 \\u0000 half of \ud83d, the other \ude00, whole 😀'
      const hostile: Signal = { rule: 'mirror-blocked', version: 'v1.0.0', evidence: { says: diff } }
      const drafts = [draft({ summary: diff, because: [{ ...WHY, says: diff }], signals: [hostile] })]
      assert.deepEqual(await save(drafts, NOW), { created: 1, changed: 0 })
      assert.deepEqual(
        await save(drafts, later(1)),
        { created: 0, changed: 0 },
        'and it is the same the next time',
      )
      const finding = await only()
      const saved = '+\ufffd \\u0000 half of \ufffd, the other \ufffd, whole 😀'
      assert.equal(finding.summary, saved)
      assert.deepEqual(finding.because, [{ ...WHY, says: saved }])
      assert.deepEqual(finding.signals[0]?.evidence, { says: saved })
    })

    test('watched findings come in the order of the list, on pages of any size', async () => {
      const paths = ['a.com/x', 'a.com/y/z', 'b.com/q', 'a.com/x/v2', 'c.com/r']
      const ids = await insertModules(own.store, ...paths)
      for (const [at, id] of ids.entries()) {
        const drafts = [draft({ target: at === 4 ? 'a.com/y' : null, severity: at === 3 ? 'high' : 'low' })]
        await own.tx((trx) => saveFindings(trx, id, drafts, later(at)))
      }
      const watch = {
        source: null,
        mail: [],
        channels: [],
        minSeverity: 'high',
        reason: '',
        author: 'a',
      } as const
      await own.tx((trx) => watchPaths(trx, { ...watch, paths: ['a.com/x', 'a.com/y'], via: 'page' }, NOW))
      const watched = { watched: true, statuses: ['open'] } as const
      const expected = ['a.com/x/v2', 'c.com/r', 'a.com/y/z', 'a.com/x']
      for (const limit of [1, 3, 9]) {
        const found: string[] = []
        let after: FindingPosition | null = null
        do {
          const page = await listFindings(own.store.db, watched, { limit, after })
          found.push(...page.findings.map(({ module }) => module))
          after = page.next
        } while (after !== null)
        assert.deepEqual(found, expected, `pages of ${limit}`)
      }
      assert.deepEqual(await countFindings(own.store.db, watched), { count: 4, more: false })
    })

    test('a draft becomes a finding with its signals and history', async () => {
      assert.deepEqual(await save([draft({ signals: [moved, lookalike] })], NOW), { created: 1, changed: 0 })
      const finding = await only()
      assert.deepEqual(finding, {
        id: 1,
        moduleId,
        module: 'bad.com/a',
        target: 'good.com/a',
        severity: 'medium',
        severityRank: 2,
        status: 'open',
        summary: 'looks like it',
        because: [WHY],
        firstSeenAt: NOW,
        lastSeenAt: NOW,
        changedAt: NOW,
        decidedBy: null,
        decidedAt: null,
        decisionReason: null,
        decisionKind: null,
        decisionUntil: null,
        assignee: null,
        newEvidenceAt: null,
        signals: [
          { ...lookalike, firstSeenAt: NOW, lastSeenAt: NOW, withdrawnAt: null },
          { ...moved, firstSeenAt: NOW, lastSeenAt: NOW, withdrawnAt: null },
        ],
      })
      assert.deepEqual(await changes(), [
        'created >medium',
        'signal-added >tag-moved@v1.3.1',
        'signal-added >name-strong',
      ])
      assert.deepEqual(await findingById(own.store.db, finding.id), finding)
      assert.equal(await findingById(own.store.db, 99), null)
    })

    test('the same again changes nothing but when it was last seen', async () => {
      await save([draft(), draft({ target: null, signals: [moved] })], NOW)
      const before = await listFindings(own.store.db, {}, { limit: 10 })
      const again = await save([draft({ target: null, signals: [moved] }), draft()], later(60))
      assert.deepEqual(again, { created: 0, changed: 0 })
      const after = await listFindings(own.store.db, {}, { limit: 10 })
      const unseen = (findings: Finding[]) =>
        findings.map((finding) => ({
          ...finding,
          lastSeenAt: '',
          signals: finding.signals.map((signal) => ({ ...signal, lastSeenAt: '' })),
        }))
      assert.deepEqual(unseen(after.findings), unseen(before.findings))
      assert.deepEqual(
        after.findings.map((finding) => finding.lastSeenAt),
        [later(60), later(60)],
      )
      assert.equal((await findingHistory(own.store.db, 1)).length, 2)
    })

    test('new evidence replaces old, and the finding has changed', async () => {
      await save([draft()], NOW)
      const fresh = { ...lookalike, evidence: { ...lookalike.evidence, distance: 2 } }
      assert.deepEqual(await save([draft({ signals: [fresh] })], later(1)), { created: 0, changed: 1 })
      const finding = await only()
      assert.deepEqual(finding.signals[0]?.evidence, fresh.evidence)
      assert.deepEqual([finding.changedAt, finding.signals[0]?.firstSeenAt], [later(1), NOW])
    })

    test('a change of severity is recorded with its reasons', async () => {
      await save([draft()], NOW)
      const because = [{ ...WHY, severity: 'critical' as const, row: 'armed', says: 'code acts on import' }]
      await save([draft({ severity: 'critical', because, signals: [lookalike, moved] })], later(1))
      await save([draft({ signals: [] })], later(2))
      const history = await findingHistory(own.store.db, (await only()).id)
      const reasons = history.filter(({ kind: what }) => what === 'severity').map(({ reason }) => reason)
      assert.deepEqual(reasons, [
        because.map(reasonText).join('; '),
        'none of its signals holds any longer [withdrawn]',
      ])
    })

    test('severity, summary and signals that come and go are recorded', async () => {
      await save([draft()], NOW)
      await save([draft({ severity: 'critical', summary: 'worse', signals: [lookalike, moved] })], later(1))
      await save([draft({ severity: 'medium', summary: 'worse' })], later(2))
      await save([draft({ severity: 'medium', summary: 'worse' })], later(3))
      await save([draft({ severity: 'high', summary: 'worse', signals: [lookalike, moved] })], later(4))
      assert.deepEqual(await changes(), [
        'created >medium',
        'signal-added >name-strong',
        'signal-added >tag-moved@v1.3.1',
        'severity medium>critical',
        'summary looks like it>worse',
        'signal-withdrawn tag-moved@v1.3.1>',
        'severity critical>medium',
        'signal-added >tag-moved@v1.3.1',
        'severity medium>high',
      ])
      const { signals } = await only()
      assert.deepEqual(
        signals.map((signal) => [signal.rule, signal.firstSeenAt, signal.withdrawnAt]),
        [
          ['name-strong', NOW, null],
          ['tag-moved', later(1), null],
        ],
      )
    })

    test('a finding that nothing speaks of any more stays, as info', async () => {
      await save([draft({ severity: 'high', signals: [lookalike, moved] })], NOW)
      assert.deepEqual(await save([], later(1)), { created: 0, changed: 1 })
      assert.deepEqual(await save([], later(2)), { created: 0, changed: 0 })
      const finding = await only()
      assert.deepEqual(
        [finding.severity, finding.summary, finding.lastSeenAt],
        ['info', 'looks like it', NOW],
      )
      assert.deepEqual(
        finding.signals.map((signal) => signal.withdrawnAt),
        [later(1), later(1)],
      )
    })

    test('a draft without signals makes no finding, and is like no draft for one that exists', async () => {
      assert.deepEqual(await save([draft({ signals: [] })], NOW), { created: 0, changed: 0 })
      await save([draft()], NOW)
      await save([draft({ signals: [] })], later(1))
      assert.equal((await only()).severity, 'info')
    })

    test('a decision is never overwritten, and a severity beyond it asks for a second look, once', async () => {
      await save([draft()], NOW)
      const { id } = await only()
      const decision = { status: 'dismissed' as const, author: 'ann', reason: 'a fork of ours' }
      assert.deepEqual(await own.tx((trx) => triage(trx, id, decision, later(1))), { changed: true })
      assert.deepEqual(await own.tx((trx) => triage(trx, id, decision, later(2))), { changed: false })

      await save([draft({ severity: 'low' })], later(3))
      assert.equal((await only()).newEvidenceAt, null)
      const worse = [draft({ severity: 'high', signals: [lookalike, moved] })]
      await save(worse, later(4))
      await save(worse, later(5))
      let finding = await only()
      assert.deepEqual(
        [finding.status, finding.decidedBy, finding.decidedAt, finding.decisionReason, finding.newEvidenceAt],
        ['dismissed', 'ann', later(1), 'a fork of ours', later(4)],
      )
      await save([draft({ severity: 'critical', signals: [lookalike, moved] })], later(6))
      assert.equal((await only()).newEvidenceAt, later(6))

      await own.tx((trx) => triage(trx, id, decision, later(7)))
      finding = await only()
      assert.deepEqual([finding.newEvidenceAt, finding.decidedAt], [null, later(7)])
      await save([draft({ severity: 'critical', signals: [lookalike, moved] })], later(8))
      assert.equal((await only()).newEvidenceAt, null)
    })

    test('a decision can be taken back, and every one is recorded with its author', async () => {
      await save([draft()], NOW)
      const { id } = await only()
      await own.tx((trx) => triage(trx, id, { status: 'confirmed', author: 'ann', reason: 'bad' }, later(1)))
      await own.tx((trx) =>
        triage(trx, id, { status: 'open', author: 'bob', reason: 'look again' }, later(2)),
      )
      assert.equal((await only()).status, 'open')
      const history = await findingHistory(own.store.db, id)
      assert.deepEqual(history.slice(-2), [
        { at: later(1), kind: 'status', from: 'open', to: 'confirmed', author: 'ann', reason: 'bad' },
        { at: later(2), kind: 'status', from: 'confirmed', to: 'open', author: 'bob', reason: 'look again' },
      ])
      await assert.rejects(
        own.tx((trx) => triage(trx, 99, { status: 'open', author: 'x', reason: '' }, NOW)),
        { code: 'not-found' },
      )
    })

    test('drafts that contradict each other are refused', async () => {
      await assert.rejects(save([draft(), draft()], NOW), { code: 'invalid-input' })
      await assert.rejects(save([draft({ signals: [moved, moved] })], NOW), { code: 'invalid-input' })
    })

    test('two assessments of one module at once give one finding', async () => {
      await Promise.all([save([draft()], NOW), save([draft()], NOW), save([draft()], NOW)])
      assert.equal((await only()).signals.length, 1)
      assert.equal((await findingHistory(own.store.db, 1)).length, 2)
    })

    test('lists are ordered, paged without gaps, filtered and exported', async () => {
      const ids = await insertModules(own.store, ...Array.from({ length: 12 }, (_, at) => `m.com/${at}`))
      const severities = ['low', 'critical', 'medium', 'high'] as const
      for (const [at, id] of ids.entries()) {
        const one = draft({
          severity: severities[at % 4] ?? 'info',
          target: at % 3 === 0 ? null : 'good.com/a',
          signals: [at % 2 === 0 ? lookalike : moved],
        })
        // Some change at the same moment, so that the id must decide.
        await own.tx((trx) => saveFindings(trx, id, [one], later(Math.floor(at / 6))))
      }
      const { db } = own.store
      const everything = await listFindings(db, {}, { limit: 100 })
      assert.equal(everything.next, null)
      assert.deepEqual(
        everything.findings.map((finding) => finding.severityRank),
        [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3],
      )
      for (const limit of [1, 5, 12]) {
        const paged: Finding[] = []
        let after: FindingPosition | null = null
        do {
          const page = await listFindings(db, {}, { limit, after })
          paged.push(...page.findings)
          after = page.next
        } while (after !== null)
        assert.deepEqual(paged, everything.findings)
      }
      const count = async (filter: FindingFilter) =>
        (await listFindings(db, filter, { limit: 100 })).findings.length
      assert.equal(await count({ severities: ['critical', 'low'] }), 6)
      assert.equal(await count({ severities: [] }), 0)
      assert.equal(await count({ severities: ['info'] }), 0)
      assert.equal(await count({ statuses: ['open', 'confirmed'], severities: ['medium'] }), 3)
      assert.equal(await count({ statuses: [] }), 0)
      assert.equal(await count({ rules: ['name-strong'] }), 6)
      assert.equal(await count({ module: 'm.com/3' }), 1)
      assert.equal(await count({ module: 'm.com/none' }), 0)
      assert.equal(await count({ target: 'good.com/a', rules: ['tag-moved'] }), 4)
      assert.equal(await count({ search: 'M.COM/1' }), 3)
      assert.equal(await count({ search: 'GOOD' }), 8)
      assert.equal(await count({ changedSince: later(1) }), 6)
      assert.equal(await count({ statuses: ['dismissed'] }), 0)
      assert.equal(await count({ withNewEvidence: true }), 0)

      const exported: Finding[] = []
      for await (const finding of exportFindings(db, { severities: ['low', 'high'] }, 2))
        exported.push(finding)
      const expected = everything.findings.filter(({ severity }) => severity === 'low' || severity === 'high')
      assert.deepEqual(
        exported,
        expected.toSorted((a, b) => a.id - b.id),
      )
    })
  })
}
