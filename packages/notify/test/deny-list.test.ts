import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { aFinding, stored } from '@mirrorwatch/testing/findings/findings'
import { findingBlocks } from '../src/blocks/finding.ts'
import { artifactoryExport, athensExport } from '../src/writers/deny-list.ts'
import type { Exported, ExportFormat } from '../src/writers/export-format.ts'
import { parseSigningKey, signList } from '../src/writers/sign-list.ts'

const AT = new Date('2026-11-28T08:00:00Z')

function exported(changes: Partial<Finding>): Exported {
  const finding = aFinding({ status: 'confirmed', signals: [], ...changes })
  return { finding, blocks: findingBlocks(finding) }
}

function movedTag(version: string): Finding['signals'][number] {
  return stored({ rule: 'tag-moved', version, evidence: { cached: null, now: null } })
}

const FINDINGS = [
  exported({
    module: 'github.com/BoltDB-go/bolt',
    target: 'github.com/boltdb/bolt',
    signals: [movedTag('v1.3.1')],
  }),
  exported({
    module: 'github.com/lab/moved',
    target: null,
    signals: [movedTag('v1.0.0-RC1'), movedTag('v1.0.0-RC1')],
  }),
  exported({ module: 'evil.example/"\n}\u202ex', target: 'github.com/a/b' }),
]

async function written(format: ExportFormat, findings: readonly Exported[]): Promise<string> {
  const lines: string[] = []
  const each = async function* (): AsyncGenerator<Exported> {
    yield* findings
  }
  await format.write(each(), async (line) => void lines.push(line), AT)
  return `${lines.join('\n')}\n`
}

test('Athens denies modules, and a strange path cannot add to the file', async () => {
  assert.equal(
    await written(athensExport, FINDINGS),
    `# mirrorwatch: denied modules, 2026-11-28T08:00:00.000Z
mode = "sync"
# evil.example/" }\\u{202e}x: not a path that Athens can match
download "github.com/BoltDB-go/bolt" {
  mode = "none"
}
# github.com/lab/moved v1.0.0-RC1: a single version
`,
  )
})

test('Artifactory excludes paths as the GOPROXY protocol writes them', async () => {
  assert.deepEqual(JSON.parse(await written(artifactoryExport, FINDINGS.slice(0, 2))), {
    excludesPattern: 'github.com/!bolt!d!b-go/bolt/**,github.com/lab/moved/@v/v1.0.0-!r!c1.*',
    notes: 'mirrorwatch: denied modules, 2026-11-28T08:00:00.000Z',
  })
})

test('a comma or a pattern in a path does not widen what Artifactory excludes', async () => {
  const hostile = ['evil.example/a,**', 'evil.example/*', 'evil.example/?'].map((module) =>
    exported({ module, target: 'github.com/a/b' }),
  )
  const { excludesPattern } = JSON.parse(await written(artifactoryExport, hostile)) as Record<string, string>
  assert.equal(excludesPattern, '')
})

test('a signed list can be verified, and no other key is taken', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = parseSigningKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  const list = Buffer.from('a list\n')
  assert.ok(verify(null, list, publicKey, signList(list, key)))
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  for (const pem of ['nonsense', String(rsa.export({ type: 'pkcs8', format: 'pem' }))])
    assert.throws(() => parseSigningKey(pem), /not an Ed25519 private key/)
})
