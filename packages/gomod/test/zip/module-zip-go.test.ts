import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { buildGoOracle, oracleSkip } from '@mirrorwatch/testing/go/go-oracle'
import { readModuleZip, readZipDirectory } from '../../src/zip/module-zip.ts'

const FILES: Record<string, string | Buffer> = {
  'go.mod': 'module example.com/Big/m/v2\n\ngo 1.19\n',
  LICENSE: 'do as you like\n',
  'a.go': 'package m\n',
  empty: '',
  '.gitattributes': '* text\n',
  'd/e/中文 ﬀ.txt': 'names\n',
  'd/\u{20000}.txt': 'x',
  'd/\uff21.txt': 'y',
  'foo~1.txt': 'z',
  large: Buffer.alloc(3_000_000, 'large file '),
}

test('a zip that Go wrote', { skip: oracleSkip() }, async () => {
  using oracle = buildGoOracle()
  const folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-gozip-'))
  try {
    for (const [name, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, 'm', name)), { recursive: true })
      writeFileSync(join(folder, 'm', name), content)
    }
    const of = { module: 'example.com/Big/m/v2', version: 'v2.0.0-RC1' }
    const file = join(folder, 'm.zip')
    const [problem, sum] = oracle.ask([
      ['createZip', file, join(folder, 'm'), of.module, of.version],
      ['hashZip', file, of.module, of.version],
    ])
    assert.equal(problem, '')
    const bytes = readFileSync(file)
    const zip = await readModuleZip(bytes, of)
    assert.equal(zip.sum, sum)
    assert.deepEqual(new Set(zip.entries.map(({ name }) => name)), new Set(Object.keys(FILES)))
    assert.equal((await readZipDirectory(bytes, of)).length, zip.entries.length)
    for (const { name, blobId } of zip.entries) {
      assert.ok((await zip.read(name)).equals(Buffer.from(FILES[name] ?? 'missing')), name)
      const { stdout } = spawnSync('git', ['hash-object', '--no-filters', join(folder, 'm', name)], {
        encoding: 'utf8',
      })
      assert.equal(blobId, stdout.trim(), name)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
