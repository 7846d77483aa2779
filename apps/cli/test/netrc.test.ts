import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { parseNetrc, withNetrc } from '../src/inputs/netrc.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-netrc-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const NETRC = path.join(folder, 'netrc')
writeFileSync(
  NETRC,
  `machine proxy.example
  login ann
  password p:a/s@s
macdef init
machine macro.example login x password y

machine proxy.example login second password second
machine half.example login only
default login anyone password everyone
`,
)

test('a proxy gets the user and password of its host, escaped', () => {
  const url = withNetrc('https://proxy.example/go', { NETRC })
  assert.equal(url, 'https://ann:p%3Aa%2Fs%40s@proxy.example/go')
  assert.equal(decodeURIComponent(new URL(url).password), 'p:a/s@s')
})

test('no other host gets any, and a given user stays', () => {
  for (const url of [
    'https://other.example/go',
    'https://half.example/',
    'https://macro.example/',
    'https://bob:x@proxy.example/go',
    'file:///srv/proxy',
    'off',
  ])
    assert.equal(withNetrc(url, { NETRC }), url)
  assert.equal(
    withNetrc('https://proxy.example/', { NETRC: path.join(folder, 'none') }),
    'https://proxy.example/',
  )
})

test('words that are no entry are passed over', () => {
  assert.deepEqual(parseNetrc('login a password b machine'), new Map())
  assert.deepEqual(
    parseNetrc('machine h account z password b login a'),
    new Map([['h', { login: 'a', password: 'b' }]]),
  )
})
