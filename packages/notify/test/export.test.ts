import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parseSignal } from '@mirrorwatch/detect/finding'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { aFinding, aReason, copyOf, FOUND_AT, stored } from '@mirrorwatch/testing/findings/findings'
import { sarifFaults } from '@mirrorwatch/testing/findings/sarif-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { findingBlocks } from '../src/blocks/finding.ts'
import { csvExport } from '../src/writers/csv.ts'
import type { Exported } from '../src/writers/export-format.ts'
import { osvRecord } from '../src/writers/osv.ts'
import { type SarifResult, writeSarif } from '../src/writers/sarif.ts'
import { FINDING_RULES, findingResult } from '../src/writers/sarif-findings.ts'

function schema(name: string): Record<string, unknown> {
  const file = path.join(import.meta.dirname, '../../testing/fixtures/schemas', name)
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
}

function finding(changes: Partial<Finding> = {}): Exported {
  const made = aFinding({
    signals: [
      stored({ rule: 'tag-moved', version: 'v1.3.1', evidence: { cached: null, now: null } }),
      stored({ rule: 'near-copy', version: 'v1.3.1', evidence: copyOf() }),
      { ...parseSignal('from-another-release', null, {}), ...TIMES },
      stored({ rule: 'owner-new', version: null, evidence: OWNER }, FOUND_AT),
    ],
    ...changes,
  })
  return { finding: made, blocks: findingBlocks(made) }
}

const TIMES = { firstSeenAt: FOUND_AT, lastSeenAt: FOUND_AT, withdrawnAt: null }
const OWNER = { owner: 'x', modules: 1, firstSeenAt: FOUND_AT }

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
  decidedBy: 'ann',
  decisionReason: 'a fork',
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

test('every result has a file, and every rule says its severity and what to do', async () => {
  interface Log {
    runs: {
      tool: {
        driver: { rules: { id: string; help?: { text: string }; properties: Record<string, string> }[] }
      }
      results: {
        ruleId: string
        message: { text: string }
        locations: { physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string } } }[]
        suppressions?: { justification: string }[]
        properties: Record<string, unknown>
      }[]
    }[]
  }
  const because = [aReason(), aReason({ kind: 'lowered', row: 'allowed', severity: 'info', version: null })]
  const entry = { kind: 'path' as const, target: null, who: 'ann', when: FOUND_AT, why: '::error::ours' }
  const allowed = finding({
    severity: 'info',
    because,
    signals: [stored({ rule: 'honest-allowed', version: null, evidence: entry })],
  })
  const critical = finding({ because: [aReason({ row: 'armed-and-disguised' })] })
  const commanding = finding({ summary: '::set-env name=x::y\n::stop-commands::z ##[debug]q' })
  const all = [critical, allowed, DISMISSED, commanding].map(findingResult)
  const elsewhere = { ...findingResult(critical), place: { file: '/tmp/a b/go.mod', line: 3 } }
  const [run] = ((await sarif([...all, elsewhere])) as unknown as Log).runs
  const { results = [], tool } = run ?? {}
  assert.deepEqual(
    results.map(({ ruleId }) => ruleId),
    ['armed-and-disguised', 'allowed', 'finding-critical', 'finding-critical', 'armed-and-disguised'],
  )
  const uris = results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation)
  assert.deepEqual(uris[0], { uri: 'go.mod', uriBaseId: '%SRCROOT%' })
  assert.deepEqual(uris[4], { uri: 'file:///tmp/a%20b/go.mod' })
  assert.ok(results.every(({ properties }) => properties['security-severity'] === undefined))
  const suppressions = results.map((result) => result.suppressions?.[0]?.justification)
  assert.deepEqual(suppressions.slice(0, 4), [
    undefined,
    'allowed by ann: ::error::ours',
    'dismissed by ann: a fork',
    undefined,
  ])
  assert.doesNotMatch(results[3]?.message.text ?? '', /^::|\n|##\[/)
  for (const { id, help, properties } of tool?.driver.rules ?? []) {
    assert.ok(help?.text, id)
    assert.match(properties['security-severity'] ?? '', /^\d\.\d$/, id)
  }
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

test('CSV keeps formulas, quotes and line ends harmless, and says versions and reasons', async () => {
  const because = [aReason(), aReason({ kind: 'lowered', row: 'allowed', version: null, says: 'allowed' })]
  const lines: string[] = []
  async function* all(): AsyncGenerator<Exported> {
    yield HOSTILE
    yield finding({ because })
  }
  await csvExport.write(all(), (line) => {
    lines.push(line)
    return Promise.resolve()
  })
  assert.match(lines[1] ?? '', /^18,"evil\.example\/\u202eX""<b>",,critical,open,"'=1\+1,""/)
  assert.ok(
    lines[2]?.includes(
      ',v1.3.1,v1.3.1: code was added that acts on import [armed]; at most critical: allowed [allowed],',
    ),
    lines[2],
  )
})
