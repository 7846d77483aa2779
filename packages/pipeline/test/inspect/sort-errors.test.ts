import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GomodError } from '@mirrorwatch/gomod/errors'
import { openVerifyLab } from '@mirrorwatch/testing/git/verify-lab'
import { createAddressResolver } from '@mirrorwatch/upstream/git/address'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import { isNoSuchHost, whatNext } from '@mirrorwatch/upstream/sort-errors'
import type { VerifyDeps } from '@mirrorwatch/verify/types'
import { verifyModuleVersion } from '@mirrorwatch/verify/verify'
import { HOPELESS_AFTER, retryAt } from '../../src/work/retry.ts'

test('an answer that may change is requested later, one that cannot never', () => {
  assert.equal(whatNext(new GomodError('retry-later', '')), 'later')
  assert.equal(whatNext(new GomodError('bad-response', '')), 'later')
  assert.equal(whatNext(new GomodError('gone', '')), 'never')
  assert.equal(whatNext(new GomodError('too-large', '')), 'never')
})

test('waits double up to a day, and are a month where it is hopeless', () => {
  const now = new Date('2026-11-24T12:00:00Z')
  const minutes = (attempts: number, asked?: number) =>
    (retryAt(attempts, now, asked).getTime() - now.getTime()) / 60_000
  assert.deepEqual(
    [0, 1, 2, HOPELESS_AFTER - 1, HOPELESS_AFTER, 999].map((n) => minutes(n)),
    [10, 20, 40, 1280, 43_200, 43_200],
  )
  assert.equal(minutes(0, 3_600_000), 60)
})

/** Name servers that answer one way for every name. */
function nameServers(code: string): (name: string) => Promise<never> {
  return (name) => Promise.reject(Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code }))
}

async function lookVia(code: string, module: string, giveUpOn?: 'no-such-host' | 'unreachable') {
  await using lab = await openVerifyLab()
  lab.proxy.info = { origin: { vcs: 'git', url: `https://${module}`, subdir: null, hash: null, ref: null } }
  await using http = createHttpClient({ userAgent: 'test', retries: 0, resolve: nameServers(code) })
  const deps: VerifyDeps = {
    ...lab.deps,
    http,
    resolveAddress: createAddressResolver(false, nameServers(code)),
  }
  const request = { module, version: 'v1.0.0', ...(giveUpOn && { giveUpOn }) }
  return (await verifyModuleVersion(deps, request)).verification
}

test('a host whose name does not exist is waited for, and then the repository is missing', async () => {
  for (const module of ['dead.example/m', 'dead.example/m.git']) {
    await assert.rejects(lookVia('ENOTFOUND', module), (error) => {
      assert.ok(error instanceof GomodError && error.code === 'retry-later' && isNoSuchHost(error))
      return true
    })
    const { verdict, reason } = await lookVia('ENOTFOUND', module, 'no-such-host')
    assert.equal(verdict, 'repository-missing')
    assert.match(reason, /host does not exist.*dead\.example/)
  }
})

test('name servers that cannot be asked say nothing about the host', async () => {
  const module = 'dead.example/m'
  await assert.rejects(lookVia('EAI_AGAIN', module, 'no-such-host'), { code: 'retry-later' })
  const { verdict, reason } = await lookVia('EAI_AGAIN', module, 'unreachable')
  assert.equal(verdict, 'unverifiable')
  assert.match(reason, /could not be reached for days/)
})

test('a host that is there and busy is never given up', async () => {
  await using lab = await openVerifyLab((_request, response) => {
    response.writeHead(429, { 'retry-after': '3600' }).end()
    return true
  })
  const request = { module: 'github.com/lab/m', version: 'v1.0.0', giveUpOn: 'unreachable' } as const
  await assert.rejects(verifyModuleVersion(lab.deps, request), {
    code: 'retry-later',
    retryAfterMs: 3_600_000,
  })
})
