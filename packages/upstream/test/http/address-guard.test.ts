import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressFault, checkUrl, createGuardedLookup, isAllowedHost } from '../../src/http/address-guard.ts'

const FORBIDDEN: [string, RegExp][] = [
  ['127.0.0.1', /loopback/],
  ['127.255.255.254', /loopback/],
  ['0.0.0.0', /unspecified/],
  ['0.1.2.3', /unspecified/],
  ['10.0.0.1', /private/],
  ['172.16.0.1', /private/],
  ['172.31.255.255', /private/],
  ['192.168.1.1', /private/],
  ['100.64.0.1', /carrier/],
  ['100.127.255.255', /carrier/],
  ['169.254.169.254', /link-local/],
  ['192.0.0.170', /special/],
  ['192.0.2.1', /documentation/],
  ['198.18.0.1', /benchmarking/],
  ['224.0.0.1', /multicast/],
  ['239.255.255.255', /multicast/],
  ['240.0.0.1', /reserved/],
  ['255.255.255.255', /reserved/],
  ['::', /unspecified/],
  ['::1', /loopback/],
  ['::ffff:8.8.8.8', /IPv4-mapped/],
  ['::ffff:7f00:1', /./],
  ['::127.0.0.1', /not globally routed/],
  ['64:ff9b::7f00:1', /NAT64/],
  ['64:ff9b::8.8.8.8', /NAT64/],
  ['64:ff9b:1::1', /NAT64/],
  ['2002:7f00:1::', /6to4/],
  ['2001::1', /special/],
  ['2001:db8::1', /documentation/],
  ['fc00::1', /private/],
  ['fd00:ec2::254', /private/],
  ['fe80::1', /link-local/],
  ['fe80::1%eth0', /link-local/],
  ['ff02::1', /multicast/],
  ['5f00::1', /not globally routed/],
  ['100::1', /not globally routed/],
  ['example.com', /not an IP/],
  ['', /not an IP/],
]

for (const [address, fault] of FORBIDDEN) {
  test(`forbidden: ${address}`, () => assert.match(addressFault(address) ?? '', fault))
}

test('public addresses', () => {
  for (const address of [
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.1',
    '172.32.0.1',
    '172.15.0.1',
    '169.253.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
    '2001:4860:4860::8888',
  ]) {
    assert.equal(addressFault(address), null, address)
  }
})

test('URLs', () => {
  const refused = [
    'file:///etc/passwd',
    'ssh://git@example.com/x',
    'ftp://example.com',
    'http://127.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0/',
    'https://[::1]:8080/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
  ]
  for (const url of refused) {
    assert.throws(() => checkUrl(new URL(url), false), { code: 'forbidden-address' }, url)
  }
  checkUrl(new URL('https://example.com/'), false)
  checkUrl(new URL('https://8.8.8.8/'), false)
  checkUrl(new URL('http://127.0.0.1:8080/'), true)
  checkUrl(new URL('http://127.0.0.1:8080/'), ['127.0.0.1:8080'])
  assert.throws(() => checkUrl(new URL('http://127.0.0.1:8081/'), ['127.0.0.1:8080']), {
    code: 'forbidden-address',
  })
  assert.throws(() => checkUrl(new URL('file:///x'), true), { code: 'forbidden-address' })
})

test('hosts that may be private', () => {
  const allow = ['git.corp', 'proxy.corp:8080', '*.lab.corp', '[::1]:9000', ' LOCALHOST ']
  const yes = [
    ['git.corp', '443'],
    ['GIT.corp.', '22'],
    ['proxy.corp', '8080'],
    ['a.b.lab.corp', '1'],
    ['::1', '9000'],
    ['[::1]', '9000'],
    ['localhost', '80'],
  ]
  const no = [
    ['proxy.corp', '8081'],
    ['lab.corp', '1'],
    ['xlab.corp', '1'],
    ['::1', '9001'],
    ['evilgit.corp', '443'],
    ['git.corp.evil', '443'],
  ]
  for (const [host = '', port = ''] of yes) assert.ok(isAllowedHost(allow, host, port), `${host}:${port}`)
  for (const [host = '', port = ''] of no) assert.ok(!isAllowedHost(allow, host, port), `${host}:${port}`)
  assert.ok(!isAllowedHost([''], '', '80'))
})

test('a socket gets exactly the addresses that were checked', async () => {
  const answers = ['8.8.8.8', '127.0.0.1']
  const lookup = createGuardedLookup(async () => [{ address: answers.shift() ?? '', family: 4 }])
  const ask = (all: boolean) =>
    new Promise((resolve, reject) => {
      lookup('rebind.example', { all }, (error, address) => (error ? reject(error) : resolve(address)))
    })
  assert.deepEqual(await ask(true), [{ address: '8.8.8.8', family: 4 }])
  await assert.rejects(ask(true), {
    code: 'forbidden-address',
    message: 'rebind.example (127.0.0.1) is not a public address: loopback',
  })
})
