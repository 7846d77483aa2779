import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { DENY_FORMATS, type Denied } from '../src/writers/deny-list.ts'
import { parseSigningKey, signList } from '../src/writers/sign-list.ts'

const AT = new Date('2026-11-28T08:00:00Z')

function denied(module: string, version: string | null = null): Denied {
  return { module, version, reason: 'it is bad', finding: 17, listedAs: null }
}

const LIST = [
  denied('evil.example/"\n}\u202ex'),
  denied('github.com/BoltDB-go/bolt'),
  denied('github.com/lab/moved', 'v1.0.0-RC1'),
]

test('Athens denies modules, and a strange path cannot add to the file', () => {
  assert.equal(
    DENY_FORMATS.athens.write(LIST, AT),
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

test('Artifactory excludes paths as the GOPROXY protocol writes them', () => {
  assert.deepEqual(JSON.parse(DENY_FORMATS.artifactory.write(LIST.slice(1), AT)), {
    excludesPattern: 'github.com/!bolt!d!b-go/bolt/**,github.com/lab/moved/@v/v1.0.0-!r!c1.*',
    notes: 'mirrorwatch: denied modules, 2026-11-28T08:00:00.000Z',
  })
})

test('a comma or a pattern in a path does not widen what Artifactory excludes', () => {
  const hostile = ['evil.example/a,**', 'evil.example/*', 'evil.example/?'].map((module) => denied(module))
  const text = DENY_FORMATS.artifactory.write(hostile, AT)
  assert.equal((JSON.parse(text) as Record<string, string>)['excludesPattern'], '')
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
