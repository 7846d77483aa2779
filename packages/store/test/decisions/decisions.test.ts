import assert from 'node:assert/strict'
import { after, beforeEach, suite, test } from 'node:test'
import { ENGINES, insertModules, later, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { allowFindings } from '../../src/decisions/allow-findings.ts'
import { listDecisions } from '../../src/decisions/audit.ts'
import { type Decision, decide, endDecisions } from '../../src/decisions/decide.ts'
import { keepAnswer, keptAnswer } from '../../src/decisions/idempotency.ts'
import { addNote } from '../../src/decisions/note.ts'
import { undo } from '../../src/decisions/undo.ts'
import { countFindings, findingById, findingHistory, listFindings } from '../../src/queries/findings-list.ts'
import { listAllowEntries } from '../../src/tables/allow.ts'
import { saveFindings } from '../../src/tables/findings.ts'

const DISMISS: Decision = { status: 'dismissed', author: 'ann', reason: 'ours', kind: 'own', via: 'page' }
const ANN = { author: 'ann', via: 'page' } as const

for (const { kind, skip } of ENGINES) {
  suite(`decisions on ${kind}`, { skip }, async () => {
    const { store, tx, reset, drop } = await openTestStore(kind)
    const { db } = store
    after(drop)
    beforeEach(async () => {
      await reset()
      const paths = [
        'github.com/boltdb-go/bolt',
        'github.com/Boltdb-go/other',
        'gitlab.com/x/y',
        'example.com/100%_a',
      ]
      for (const [at, id] of (await insertModules(store, ...paths)).entries()) {
        await tx((trx) => saveFindings(trx, id, [draft(at === 3 ? null : 'github.com/boltdb/bolt')], NOW))
      }
    })

    const status = async (id: number): Promise<string | undefined> => (await findingById(db, id))?.status
    const search = async (text: string): Promise<number> => (await countFindings(db, { search: text })).count

    test('one decision is about many findings, and is taken back as one', async () => {
      await tx((trx) => decide(trx, [{ id: 1 }], { ...DISMISS, status: 'confirmed', kind: null }, later(1)))
      const made = await tx((trx) =>
        decide(trx, [{ id: 1 }, { id: 2 }, { id: 2 }, { id: 99 }], DISMISS, later(2)),
      )
      assert.deepEqual([made.changed, made.missing, made.conflicts], [[1, 2], [99], []])
      const undone = await tx((trx) => undo(trx, made.decisionId ?? 0, { ...ANN, author: 'bob' }, later(3)))
      assert.deepEqual([undone.restored, undone.kept], [[1, 2], []])
      const [one, two] = [await findingById(db, 1), await findingById(db, 2)]
      assert.deepEqual([one?.status, one?.decidedAt, one?.decisionKind], ['confirmed', later(1), null])
      assert.deepEqual([two?.status, two?.decidedBy, two?.changedAt], ['open', null, later(3)])
      const last = (await findingHistory(db, 1)).at(-1)
      assert.deepEqual([last?.from, last?.to, last?.author], ['dismissed', 'confirmed', 'bob'])
      await assert.rejects(
        tx((trx) => undo(trx, made.decisionId ?? 0, ANN, later(4))),
        { code: 'invalid-input' },
      )
    })

    test('an undo keeps findings that have been decided again since', async () => {
      const made = await tx((trx) => decide(trx, [{ id: 1 }, { id: 2 }], DISMISS, later(1)))
      await tx((trx) => decide(trx, [{ id: 2 }], { ...DISMISS, author: 'bob' }, later(2)))
      const undone = await tx((trx) => undo(trx, made.decisionId ?? 0, ANN, later(3)))
      assert.deepEqual([undone.restored, undone.kept], [[1], [2]])
      assert.deepEqual([await status(1), await status(2)], ['open', 'dismissed'])
    })

    test('the second of two people who decide on the same state gets a conflict', async () => {
      const seen = (await findingById(db, 1))?.changedAt
      await tx((trx) => decide(trx, [{ id: 1, changedAt: seen }], DISMISS, later(1)))
      const bob: Decision = { ...DISMISS, status: 'confirmed', author: 'bob' }
      const second = await tx((trx) => decide(trx, [{ id: 1, changedAt: seen }, { id: 2 }], bob, later(2)))
      assert.deepEqual(second.conflicts, [
        { id: 1, status: 'dismissed', changedAt: later(1), decidedBy: 'ann' },
      ])
      assert.deepEqual(second.changed, [2])
      assert.equal(await status(1), 'dismissed')
    })

    test('the same decision changes nothing, another end date does', async () => {
      const until = '2027-01-01T00:00:00Z'
      await tx((trx) => decide(trx, [{ id: 1 }], { ...DISMISS, until }, later(1)))
      const again = await tx((trx) => decide(trx, [{ id: 1 }], { ...DISMISS, until }, later(2)))
      assert.deepEqual([again.unchanged, again.decisionId], [[1], null])
      const longer = await tx((trx) => decide(trx, [{ id: 1 }], DISMISS, later(3)))
      assert.deepEqual(longer.changed, [1])
    })

    test('a decision that has ended asks for a second look, once', async () => {
      await tx((trx) => decide(trx, [{ id: 1 }], { ...DISMISS, until: later(10) }, later(1)))
      assert.equal(await endDecisions(db, later(9)), 0)
      assert.equal(await endDecisions(db, later(11)), 1)
      assert.equal(await endDecisions(db, later(12)), 0)
      assert.equal((await findingById(db, 1))?.newEvidenceAt, later(11))
    })

    test('the person who investigates is the assignee unless another is named', async () => {
      const look: Decision = { ...DISMISS, status: 'investigating', kind: null }
      await tx((trx) => decide(trx, [{ id: 1 }], look, later(1)))
      await tx((trx) => decide(trx, [{ id: 2 }], { ...look, assignee: 'bob' }, later(1)))
      const assigned = async (assignee: string | null) =>
        (await listFindings(db, { assignee }, { limit: 9 })).findings.map(({ id }) => id)
      assert.deepEqual(
        [await assigned('ann'), await assigned('bob'), (await assigned(null)).length],
        [[1], [2], 2],
      )
    })

    test('allowing findings makes one entry for each name, and an undo removes them', async () => {
      const entries = async (): Promise<string[]> => (await listAllowEntries(db)).map(({ module }) => module)
      const owner = { ...ANN, kind: 'owner', reason: 'known' } as const
      const made = await tx((trx) => allowFindings(trx, [{ id: 1 }, { id: 2 }], owner, later(1)))
      assert.deepEqual([await status(1), await entries()], ['allowed', ['github.com/boltdb-go']])
      assert.deepEqual(made.moduleIds, [1, 2])
      await tx((trx) => undo(trx, made.decisionId ?? 0, ANN, later(2)))
      assert.deepEqual([await status(1), await entries()], ['open', []])
      const pair = { ...owner, kind: 'pair' } as const
      await assert.rejects(
        tx((trx) => allowFindings(trx, [{ id: 4 }], pair, later(3))),
        { code: 'invalid-input' },
      )
      assert.equal(await status(4), 'open')
    })

    test('the audit log tells who did what, the latest first', async () => {
      await tx((trx) => decide(trx, [{ id: 1 }, { id: 2 }], DISMISS, later(1)))
      await tx((trx) => addNote(trx, 1, { ...ANN, text: 'asked upstream' }, later(2)))
      const log = await listDecisions(db, { limit: 9 })
      assert.deepEqual(
        log.map(({ action, subject, findings, via }) => [action, subject, findings, via]),
        [
          ['note', '1', 0, 'page'],
          ['dismissed', null, 2, 'page'],
        ],
      )
      assert.equal((await findingHistory(db, 1)).at(-1)?.reason, 'asked upstream')
      assert.deepEqual(await listDecisions(db, { limit: 9, beforeId: log.at(-1)?.id ?? 0 }), [])
    })

    test('a kept answer is given again to the same request alone', async () => {
      const request = { author: 'ann', key: 'k', requestHash: Buffer.from('one') }
      const now = new Date(NOW)
      assert.equal(await keptAnswer(db, request), null)
      const answer = { changed: [1] }
      await tx((trx) => keepAnswer(trx, request, answer, now))
      assert.deepEqual(await keptAnswer(db, request), { answer })
      assert.equal(await keptAnswer(db, { ...request, author: 'bob' }), null)
      await assert.rejects(keptAnswer(db, { ...request, requestHash: Buffer.from('two') }), {
        code: 'invalid-input',
      })
      await assert.rejects(tx((trx) => keepAnswer(trx, request, answer, now)))
      const nextDay = new Date(now.getTime() + 25 * 3_600_000)
      await tx((trx) => keepAnswer(trx, { ...request, key: 'l' }, answer, nextDay))
      assert.equal(await keptAnswer(db, request), null)
    })

    test('a part of a path is found in any letter case, and wildcards are letters', async () => {
      assert.deepEqual(
        [await search('BOLTDB-GO'), await search('oltdb/'), await search('x/y'), await search('zzz')],
        [2, 3, 1, 0],
      )
      assert.deepEqual([await search('100%_a'), await search('100__a'), await search('%_a')], [1, 0, 1])
      assert.deepEqual([await search('bo'), await search('go/b')], [3, 1])
    })

    test('findings are filtered by owner and host, and counted up to a bound', async () => {
      assert.equal((await countFindings(db, { host: 'github.com' })).count, 2)
      assert.equal((await countFindings(db, { owner: 'gitlab.com/x' })).count, 1)
      assert.deepEqual(await countFindings(db, {}, 2), { count: 2, more: true })
    })
  })
}

function draft(target: string | null) {
  return {
    target,
    severity: 'medium' as const,
    summary: 'looks like it',
    because: [],
    signals: [{ rule: 'tag-moved' as const, version: 'v1.0.0', evidence: { cached: 'a', now: null } }],
  }
}
