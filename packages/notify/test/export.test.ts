import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { sarifFaults } from '@mirrorwatch/testing/sarif-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { csvLine } from '../src/writers/csv.ts'
import { exported } from '../src/writers/fields.ts'
import { osvRecord } from '../src/writers/osv.ts'
import { FINDING_RULES, findingResult, type SarifResult, writeSarif } from '../src/writers/sarif.ts'

function schema(name: string): Record<string, unknown> {
  const file = path.join(import.meta.dirname, '../../testing/fixtures/schemas', name)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
}

function finding(changes: Partial<Finding> = {}): Finding {
  const at = '2026-11-23T08:00:00.123456Z'
  return {
    id: 17,
    moduleId: 3,
    module: 'github.com/boltdb-go/bolt',
    target: 'github.com/boltdb/bolt',
    severity: 'critical',
    severityRank: 0,
    status: 'open',
    summary: 'imitates github.com/boltdb/bolt',
    because: [],
    firstSeenAt: at,
    lastSeenAt: at,
    changedAt: at,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    newEvidenceAt: null,
    signals: [
      {
        rule: 'tag-moved',
        version: 'v1.3.1',
        evidence: {},
        firstSeenAt: at,
        lastSeenAt: at,
        withdrawnAt: null,
      },
      {
        rule: 'near-copy',
        version: 'v1.3.1',
        evidence: {},
        firstSeenAt: at,
        lastSeenAt: at,
        withdrawnAt: null,
      },
      {
        rule: 'from-another-release',
        version: null,
        evidence: {},
        firstSeenAt: at,
        lastSeenAt: at,
        withdrawnAt: null,
      },
      { rule: 'name-weak', version: null, evidence: {}, firstSeenAt: at, lastSeenAt: at, withdrawnAt: at },
    ],
    ...changes,
  }
}

const HOSTILE = finding({
  id: 18,
  module: 'evil.example/\u202eX"<b>',
  target: null,
  summary: '=1+1,"\u200b\n',
  signals: [],
})
const DISMISSED = finding({
  id: 19,
  status: 'dismissed',
  decidedAt: '2026-11-24T08:00:00.000000Z',
  target: null,
})

async function sarif(results: Iterable<SarifResult>): Promise<Record<string, unknown>> {
  const lines: string[] = []
  await writeSarif(FINDING_RULES, results, (line) => {
    lines.push(line)
    return Promise.resolve()
  })
  return JSON.parse(lines.join('\n')) as Record<string, unknown>
}

test('SARIF is what its schema asks for, empty and full', async () => {
  const placed = { ...findingResult(finding()), place: { file: 'sub dir/go.mod', line: 7 } }
  for (const results of [[], [finding(), HOSTILE, DISMISSED].map(findingResult), [placed]]) {
    assert.deepEqual(sarifFaults(await sarif(results)), [])
  }
  const broken = await sarif([{ ...placed, place: { file: 'go.mod', line: 0 } }])
  assert.notDeepEqual(sarifFaults(broken), [], 'the schema is really applied')
})

test('a finding is reported under its weightiest signal that holds', () => {
  assert.equal(findingResult(finding()).rule, 'near-copy')
  assert.equal(findingResult(HOSTILE).rule, 'finding')
})

test('OSV records are what the schema asks for', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const valid = ajv.compile(schema('osv.schema.json'))
  for (const each of [finding(), HOSTILE, DISMISSED]) {
    assert.ok(valid(osvRecord(each)), ajv.errorsText(valid.errors))
  }
  assert.equal(valid({ ...osvRecord(finding()), id: 'MW-17' }), false, 'the schema is really applied')
})

test('OSV names all versions of a look-alike, and the versions spoken of otherwise', () => {
  const [lookalike] = osvRecord(finding())['affected'] as Record<string, unknown>[]
  assert.deepEqual(lookalike?.['ranges'], [{ type: 'SEMVER', events: [{ introduced: '0' }] }])
  const [alone] = osvRecord(DISMISSED)['affected'] as Record<string, unknown>[]
  assert.deepEqual(alone?.['versions'], ['1.3.1'])
  assert.equal(osvRecord(DISMISSED)['withdrawn'], '2026-11-24T08:00:00.000000Z')
})

test('CSV keeps formulas, quotes and line ends harmless', () => {
  assert.match(csvLine(exported(HOSTILE)), /^18,"evil\.example\/\u202eX""<b>",,critical,open,"'=1\+1,""/)
})
