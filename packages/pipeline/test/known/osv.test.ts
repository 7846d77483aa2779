import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { osvRecord } from '@mirrorwatch/notify/writers/osv'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { aFinding, FOUND_AT } from '@mirrorwatch/testing/findings/findings'
import { affectedVersions } from '../../src/known/affected.ts'
import { parseOsvEntry } from '../../src/known/parse.ts'
import { readOsvEntries } from '../../src/known/read-files.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-osv-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const MODULE = 'github.com/boltdb-go/bolt'

/** As ossf/malicious-packages writes its Go entries. */
function entry(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    modified: '2025-02-05T00:00:00Z',
    published: '2025-02-04T00:00:00Z',
    schema_version: '1.5.0',
    id: 'MAL-2025-1234',
    summary: 'Malicious code in github.com/boltdb-go/bolt (Go)',
    details: 'A backdoor.\n\nMore of it.',
    affected: [
      {
        package: { ecosystem: 'Go', name: MODULE },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
        database_specific: { cwes: [{ cweId: 'CWE-506' }] },
      },
    ],
    database_specific: { 'malicious-packages-origins': [{ source: 'somebody' }] },
    ...changes,
  })
}

test('an entry names a module, and which of its versions', () => {
  const { kind, rows } = parseOsvEntry(entry(), 'a.json')
  assert.equal(kind, 'malicious')
  assert.deepEqual(
    rows.map(({ id, module, summary }) => [id, module, summary]),
    [['MAL-2025-1234', MODULE, 'Malicious code in github.com/boltdb-go/bolt (Go)']],
  )
  assert.equal(affectedVersions(rows[0]?.affected ?? { versions: ['none'], ranges: [] }, ['v1.0.0']), null)
  const some = { versions: ['1.3.1'], ranges: [{ events: [{ introduced: '2.0.0' }, { fixed: '2.1.0' }] }] }
  const known = ['v1.3.0', 'v1.3.1', 'v1.9.0', 'v2.0.0', 'v2.0.9', 'v2.1.0', 'nonsense']
  assert.deepEqual(affectedVersions(some, known), ['v1.3.1', 'v2.0.0', 'v2.0.9'])
  const last = { versions: [], ranges: [{ events: [{ introduced: '0' }, { last_affected: '1.9.0' }] }] }
  assert.deepEqual(affectedVersions(last, known), ['v1.3.0', 'v1.3.1', 'v1.9.0'])
})

test('what is not about malice in Go is left out, what was taken back says so', () => {
  const vulnerability = entry({
    id: 'GO-2022-0882',
    aliases: ['CVE-2020-11576'],
    database_specific: { url: 'x' },
  })
  assert.equal(parseOsvEntry(vulnerability, 'a.json').kind, 'vulnerability')
  const github = entry({ id: 'GHSA-a-b-c', database_specific: { cwe_ids: ['CWE-506'] } })
  assert.equal(parseOsvEntry(github, 'a.json').kind, 'malicious')
  assert.equal(parseOsvEntry(entry({ id: 'X', aliases: ['MAL-1'] }), 'a.json').kind, 'malicious')
  const npm = entry({ affected: [{ package: { ecosystem: 'npm', name: 'left' } }] })
  assert.deepEqual(parseOsvEntry(npm, 'a.json'), { rows: [], kind: 'other-ecosystem' })
  const withdrawn = parseOsvEntry(entry({ withdrawn: '2025-03-01T00:00:00Z' }), 'a.json')
  assert.deepEqual([withdrawn.kind, withdrawn.rows[0]?.withdrawnAt], ['withdrawn', '2025-03-01T00:00:00Z'])
  const odd = parseOsvEntry(entry({ summary: 'a\0b \ud800' }), 'a.json')
  assert.equal(odd.rows[0]?.summary, 'ab \ufffd')
  const twice = entry({
    affected: [
      { package: { ecosystem: 'Go', name: MODULE }, versions: ['1.0.0'] },
      { package: { ecosystem: 'Go', name: MODULE } },
    ],
  })
  assert.deepEqual(parseOsvEntry(twice, 'a.json').rows[0]?.affected, { versions: [], ranges: [] })
})

test('what is no entry is refused with the file and the reason', () => {
  const hostile: [string, RegExp][] = [
    ['{"id": ', /bad\.json is not JSON/],
    ['[]', /bad\.json is not an OSV entry/],
    ['['.repeat(100_000) + ']'.repeat(100_000), /bad\.json is not (JSON|an OSV entry)/],
    [entry({ id: 7 }), /bad\.json is not an OSV entry: .* at id/],
    [entry({ withdrawn: 'soon' }), /is not a time at withdrawn/],
    [entry({ affected: 'all' }), /at affected/],
    [entry({ id: 'MAL-\0' }), /has characters that are none at id/],
    [entry({ published: '2025-13-45T00:00:00Z' }), /is not a time at published/],
    [
      entry({ affected: [{ package: { ecosystem: 'Go', name: '../../etc/passwd' } }] }),
      /names the module "\.\.\/\.\.\/etc\/passwd": /,
    ],
    [entry({ affected: [{ package: { ecosystem: 'Go', name: 'a\u0000b.com/x' } }] }), /names the module/],
  ]
  for (const [text, message] of hostile)
    assert.throws(() => parseOsvEntry(text, 'bad.json'), { code: 'bad-input', message })
})

test('a folder is read in order, links and other files apart; a large file or an empty folder is named', async () => {
  const go = path.join(folder, 'malicious/go')
  mkdirSync(go, { recursive: true })
  writeFileSync(path.join(go, 'b.json'), entry({ id: 'MAL-2' }))
  writeFileSync(path.join(go, 'a.json'), entry({ id: 'MAL-1' }))
  writeFileSync(path.join(go, 'README.md'), 'no entry')
  symlinkSync('/dev/zero', path.join(go, 'c.json'))
  symlinkSync('..', path.join(go, 'loop'))
  assert.deepEqual(await told(folder), ['MAL-1', 'MAL-2'])
  assert.equal((await Array.fromAsync(readOsvEntries(path.join(go, 'a.json')))).length, 1)
  writeFileSync(path.join(go, 'z.json'), Buffer.alloc(5 * 1024 * 1024, ' '))
  const [first, second, large, ...more] = await told(folder)
  assert.deepEqual([first, second, more], ['MAL-1', 'MAL-2', []])
  assert.match(large ?? '', /z\.json:1 is larger than/)
  const empty = mkdtempSync(path.join(folder, 'empty-'))
  await assert.rejects(Array.fromAsync(readOsvEntries(empty)), { message: /no OSV entry in/ })
  await assert.rejects(Array.fromAsync(readOsvEntries(path.join(folder, 'nowhere'))), {
    message: /cannot read .*nowhere/,
  })
})

/** The id of each entry, or what is wrong with it. */
async function told(fileOrFolder: string): Promise<string[]> {
  const all = await Array.fromAsync(readOsvEntries(fileOrFolder))
  return all.map((read) =>
    'fault' in read ? read.fault.message : (read.entry.rows[0]?.id ?? read.entry.kind),
  )
}

test('entries come one a file or one a line; one that cannot be used is named, and the others are read', async () => {
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const without = JSON.stringify({ ...(JSON.parse(entry()) as object), id: undefined })
  const lines = [entry({ id: 'MAL-1' }), '', without, '{"id":', entry({ id: 'MAL-3' })].join('\r\n')
  for (const name of ['all.json', 'all.ndjson']) {
    const [one, two, three, four, ...more] = await told(file(name, lines))
    assert.deepEqual([one, four, more], ['MAL-1', 'MAL-3', []])
    assert.match(two ?? '', /all\.(nd)?json:3 is not an OSV entry: .* at id$/)
    assert.match(three ?? '', /all\.(nd)?json:4 is not JSON/)
  }
  const laidOut = JSON.stringify(JSON.parse(entry({ id: 'MAL-4' })), null, 2)
  assert.deepEqual(await told(file('laid-out.json', `\n${laidOut}\n`)), ['MAL-4'])
  const [broken, ...more] = await told(file('broken.json', laidOut.slice(0, -2)))
  assert.match(broken ?? '', /broken\.json is not JSON/)
  assert.deepEqual(more, [])
})

test('our own export is taken where a person confirmed the finding, and taken back once it is dismissed', async () => {
  const record = (changes: Partial<Finding>): string => {
    const finding = aFinding({ module: MODULE, decidedBy: 'ann', decidedAt: FOUND_AT, ...changes })
    return JSON.stringify(osvRecord({ finding, blocks: findingBlocks(finding) }))
  }
  assert.equal(parseOsvEntry(record({ status: 'open' }), 'x').kind, 'unconfirmed')
  assert.equal(parseOsvEntry(record({ status: 'dismissed' }), 'x').kind, 'withdrawn')
  const { kind, rows } = parseOsvEntry(record({ status: 'confirmed' }), 'x')
  assert.deepEqual([kind, rows[0]?.id, rows[0]?.module], ['malicious', 'x_mirrorwatch-17', MODULE])
})
