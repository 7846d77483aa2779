import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { openNote, parseTreeHead, parseVerifierKey } from '../../src/sumdb/sumdb-note.ts'
import { leafHash, nodeHash } from '../../src/sumdb/sumdb-tiles.ts'

// What sum.golang.org itself has published.
const KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
const NUMBER = 10_738_965n
const RECORD = `gopkg.in/yaml.v3 v3.0.1 h1:fxVm/GzAzEWqLHuvctI91KS9hhNmmWOoWu0XTYJS7CA=
gopkg.in/yaml.v3 v3.0.1/go.mod h1:K4uyk7z7BCEPqu6E+C64Yfv1cQ7kz7rIZviUmN+EgEM=
`
const NOTE = `go.sum database tree
54715574
FUQBK+dBbFoa4DioEhMzkxn0fazBN3B6r+ZlT1TImNc=

— sum.golang.org Az3grpRUpAlGqlrE8Ie1d6i2+5RqP+xweAW4Xc9QpBw2VsHnIh08nNr5Gcbrq7A4N8eqbP15ABesspft4PXzZsLSfAU=
`
const AUDIT_PATH = `vM+Zoj1IfCtvgzeGfX65uyxKRv6c3Oy1XOHyNsLGH7I= FKZH/HXbpnny8TcNDpDUnv7if0abKXYOjNqxatSDs7Y=
kxo4jyd09UGFLtQYhRBM/iQIw69P9Vw2HnT84TalTp0= Dz5Y9oPEBSsL9fI89qwo1dpjTk6QF7RHrQMhMhw3nNQ=
A00qtFWjl5osF48lahxu4lw3gc9ilZ4yOGqKsXw1mfo= g+kiNJF0SzeThJHZg+C+LQylRpxfHzze9AnxBPnbQFw=
hf04vS9d/PkBLdxLH/owu0IAB4TzljFPRg1L/4wz4dQ= l/pCXb3lNPr3XoLunwaizcWagmsYfvU2HLtaoqrLagI=
c0KSa8YtRjnN8Hl+AaBYZd5chtSuYAd1WV6RYjsUJTE= jbso36GURiBPCIoe7mAODgge6wEptt2wVzsFJI4Z2XI=
/tWamSzQPfn6RtsOFNabj027hEtEkb9Aih9fey+FMYE= KbG/HD/cdjLi7sV6ooP9Y9ZVgg4PN9YunQK7Il1khRg=
k5et4PR5IvIKZcISBopja6RyyuE4fCTA/NMJEC37PeI= p++AVJLzyw3Y08Mm0KwIjIEOnfJlKGa67yrIXy57+iM=
p9fWMonF7h7CbgX6B04YRU2VqCbrbBWtu96INQpJf9M= Y4yT7OblBqsuhYPk3l7BOYsvalz/UYafby1XWDd7LCo=
6pfMcDplbU0c27LwEp82ZNpgNEthZyPk81kNvRgB9Dg= +vDR8xppB1AYVW3TY9Cv2TmlFYjebvqfA1yDf3tMz3A=
17DjpsQUMaQJPTTal0U/gWKGczw3j5LrnuYNPIWLWRE= VJ2cn3rGgxho2lxwCSo/Ov7CQ28TGmzmDHbd0jlucRQ=
nIRuzymbjzJlsjA+EqvhWQ8+pNgGnPCM6ky8MeXW/tQ= udRjhEO3cF7L32j7Q10R5wvQUePEcEcbtRwJ5/Md75U=
zAqn6H1b1nXY+WEE0oXtcxeR0ZK0SAkXNZevmpPr+pA= /aUpTUlzK5BioQh7tUCcS1LgK65RPE5w5KuZLXwSa7I=
zesWuZw10TEJInNKrllG2PEgH8cKacLp6LY5WpXGOcY= lttMqOwwB1gRDbJ/CiiGokyzgSthSxByrfkoeIMmVIk=`
  .split(/\s+/)
  .map((hash) => Buffer.from(hash, 'base64'))

/** Folds an audit path upwards, as RFC 6962 splits a tree: at the largest power of two below its size. */
function foldPath(from: bigint, to: bigint, number: bigint, leaf: Buffer, path: readonly Buffer[]): Buffer {
  if (to - from === 1n) return leaf
  let half = 1n
  while (half * 2n < to - from) half *= 2n
  const sibling = path.at(-1) ?? Buffer.alloc(0)
  const rest = path.slice(0, -1)
  return number < from + half
    ? nodeHash(foldPath(from, from + half, number, leaf, rest), sibling)
    : nodeHash(sibling, foldPath(from + half, to, number, leaf, rest))
}

test('a genuine tree head and a genuine inclusion proof', () => {
  const head = parseTreeHead(openNote(NOTE, parseVerifierKey(KEY)))
  assert.equal(head.size, 54_715_574n)
  assert.ok(foldPath(0n, head.size, NUMBER, leafHash(RECORD), AUDIT_PATH).equals(head.hash))
  const forged = RECORD.replace('fxVm', 'gxVm')
  assert.ok(!foldPath(0n, head.size, NUMBER, leafHash(forged), AUDIT_PATH).equals(head.hash))
})

test('changed notes', () => {
  const key = parseVerifierKey(KEY)
  const changes: [string, string][] = [
    [NOTE.replace('54715574', '54715575'), 'not-trusted'],
    [NOTE.replace('FUQBK', 'GUQBK'), 'not-trusted'],
    [NOTE.replace('go.sum database tree', 'go.sum database tree '), 'not-trusted'],
    [NOTE.replace('RUpAl', 'RVpAl'), 'not-trusted'],
    [NOTE.replace('— sum.golang.org', '— sum.golang.com'), 'not-trusted'],
    [NOTE.replace('Az3grp', 'Az3grq'), 'not-trusted'],
    [NOTE.replace('—', '-'), 'malformed'],
    [NOTE.replace('\n\n', '\n'), 'malformed'],
    [NOTE.slice(0, -1), 'malformed'],
    [NOTE.replace('tree', 'tr\u0000ee'), 'malformed'],
    [NOTE.replaceAll('\n', '\r\n'), 'malformed'],
    [NOTE.replace('tree', 'tr\ud800ee'), 'malformed'],
    [`${NOTE}— x\n`, 'malformed'],
    [`${NOTE}— x AAAA\n`, 'malformed'],
    [`${NOTE}${'— x AAAAAAAA\n'.repeat(100)}`, 'malformed'],
    [`${'x'.repeat(70_000)}\n\n`, 'malformed'],
    ['', 'malformed'],
    ['<!doctype html>\n\n<p>\n', 'malformed'],
  ]
  for (const [note, code] of changes) {
    assert.throws(() => openNote(note, key), { name: 'GomodError', code }, JSON.stringify(note.slice(0, 300)))
  }
})

test("other keys' signatures do no harm", () => {
  const key = parseVerifierKey(KEY)
  assert.equal(openNote(`${NOTE}— witness.example AAAAAAAA\n`, key), openNote(NOTE, key))
  const { privateKey } = generateKeyPairSync('ed25519')
  const text = 'go.sum database tree\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'
  const forged = Buffer.concat([Buffer.from('033de0ae', 'hex'), sign(null, Buffer.from(text), privateKey)])
  const note = `${text}\n— sum.golang.org ${forged.toString('base64')}\n`
  assert.throws(() => openNote(note, key), { code: 'not-trusted' })
})

test('tree heads', () => {
  const hash = 'FUQBK+dBbFoa4DioEhMzkxn0fazBN3B6r+ZlT1TImNc='
  assert.equal(parseTreeHead(`go.sum database tree\n0\n${hash}\nmore\n`).size, 0n)
  for (const text of [
    `go.sum database tree\n01\n${hash}\n`,
    `go.sum database tree\n-1\n${hash}\n`,
    `go.sum database tree\n1${'0'.repeat(18)}\n${hash}\n`,
    `go.sum database\n1\n${hash}\n`,
    `go.sum database tree\n1\n${hash.replace('Nc=', 'Nd=')}\n`,
    `go.sum database tree\n1\n${hash}`,
    '',
  ]) {
    assert.throws(() => parseTreeHead(text), { code: 'malformed' }, text)
  }
})

test('verifier keys', () => {
  assert.equal(parseVerifierKey(` ${KEY}\n`).name, 'sum.golang.org')
  for (const text of [
    '',
    'sum.golang.org',
    KEY.replace('033', '034'),
    KEY.replace('Ac4z', 'Ac4y'),
    KEY.slice(0, -2),
    `${KEY}AA`,
    KEY.replace('+Ac', '+Bc'),
  ]) {
    assert.throws(() => parseVerifierKey(text), { code: 'malformed' }, text)
  }
})
