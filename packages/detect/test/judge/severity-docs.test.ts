import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { severityOf } from '../../src/judge/severity.ts'
import { severityDocument } from '../../src/judge/severity-docs.ts'
import { SEVERITY_ROWS } from '../../src/judge/severity-table.ts'

test('docs/severity.md is what the tables say', () => {
  const file = new URL('../../../../docs/severity.md', import.meta.url)
  assert.equal(readFileSync(file, 'utf8'), severityDocument())
})

test('every row can be reached, and says so', () => {
  for (const row of SEVERITY_ROWS) {
    const signals = row.all.flatMap(([rule]) => (rule === undefined ? [] : [{ rule, version: null }]))
    const { severity, because } = severityOf(signals)
    assert.equal(severity, row.severity)
    assert.equal(because[0]?.row, row.id)
  }
})
