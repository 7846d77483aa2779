import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { sarifFaults } from '@mirrorwatch/testing/findings/sarif-schema'
import { type SarifResult, writeSarif } from '../src/writers/sarif.ts'
import { FINDING_RULES } from '../src/writers/sarif-findings.ts'

interface Log {
  runs: {
    tool: {
      driver: {
        rules: {
          name: string
          shortDescription: { text: string }
          fullDescription: { text: string }
          properties: { tags: string[] }
        }[]
      }
    }
    results: { level: string; message: { text: string }; locations: unknown[]; suppressions?: unknown[] }[]
    invocations?: { toolExecutionNotifications: { message: { text: string } }[] }[]
  }[]
}

function result(i: number, more: Partial<SarifResult> = {}): SarifResult {
  return {
    rule: 'finding-low',
    severity: 'low',
    message: `example.com/module/${i} differs`,
    module: `example.com/module/${i}`,
    place: null,
    fingerprint: `example.com/module/${i}>`,
    suppressed: null,
    properties: {},
    ...more,
  }
}

async function written(results: Iterable<SarifResult>): Promise<{ text: string; run: Log['runs'][number] }> {
  const lines: string[] = []
  await writeSarif(FINDING_RULES, results, async (line) => void lines.push(line))
  const text = lines.join('\n')
  const { runs } = JSON.parse(text) as Log
  const [run] = runs
  assert.ok(run !== undefined && runs.length === 1)
  return { text, run }
}

test('of more results than code scanning takes, the most severe stay, and the file says so', async () => {
  const many = Array.from({ length: 25_003 }, (_, i) => result(i))
  many[20_000] = result(20_000, { severity: 'critical' })
  many[25_002] = result(25_002, { severity: 'high' })
  many[5] = result(5, { severity: 'critical', suppressed: 'a fork' })
  const { text, run } = await written(many)
  assert.equal(run.results.length, 25_000)
  assert.equal(run.results.filter(({ level }) => level === 'error').length, 2)
  assert.ok(run.results.every(({ suppressions }) => suppressions === undefined))
  assert.match(run.results.at(-1)?.message.text ?? '', /module\/25002 /)
  const [
    {
      toolExecutionNotifications: [notice],
    } = { toolExecutionNotifications: [] },
  ] = run.invocations ?? []
  assert.match(notice?.message.text ?? '', /^3 results of the lowest severity are left out/)
  assert.ok(gzipSync(text).length < 10_000_000)
})

test('results that hardly compress end at 10 MB, the least severe left out', async () => {
  const noise = (bytes: number): string => randomBytes(bytes).toString('base64')
  const many = Array.from({ length: 9_000 }, (_, i) =>
    result(i, {
      severity: SEVERITIES[i % SEVERITIES.length] ?? 'info',
      fingerprint: noise(1200),
      properties: { noise: noise(300) },
    }),
  )
  const { text, run } = await written(many)
  const size = gzipSync(text).length
  assert.ok(size < 10_000_000 && size > 9_000_000, String(size))
  const levels = Map.groupBy(run.results, ({ level }) => level)
  assert.equal(levels.get('error')?.length, 3_600)
  assert.equal(levels.get('warning')?.length, 1_800)
  assert.ok((levels.get('note')?.length ?? 0) < 3_600)
})

test('long texts are cut to the limits, and the document stays valid', async () => {
  const long = `${'x'.repeat(1022)}\u{1f600}${'y'.repeat(5000)}`
  const { text, run } = await written([result(1, { message: long, suppressed: long })])
  assert.equal(run.results[0]?.message.text, `${'x'.repeat(1022)}…`)
  assert.deepEqual(sarifFaults(JSON.parse(text)), [])
  const full = await written(Array.from({ length: 25_001 }, (_, i) => result(i)))
  assert.deepEqual(
    sarifFaults({ ...JSON.parse(full.text), runs: [{ ...full.run, results: full.run.results.slice(0, 3) }] }),
    [],
  )
})

test('the rules keep the limits', async () => {
  const { run } = await written([])
  const { rules } = run.tool.driver
  assert.ok(rules.length <= 25_000)
  for (const { name, shortDescription, fullDescription, properties } of rules) {
    assert.ok(
      name.length <= 255 && shortDescription.text.length <= 1024 && fullDescription.text.length <= 1024,
    )
    assert.ok(properties.tags.length <= 10)
  }
})
