import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { mirrorwatch } from '@mirrorwatch/testing/cli'

test('the demo explains the attack, a replaced repository, a tag put back and an imposter commit', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-test-'))
  try {
    const { code, stdout, stderr } = await mirrorwatch(['demo'], { cwd: folder, env: {} })
    assert.equal(code, 0, stderr)
    const [table = '', ...shown] = stdout.split('\n=== ')
    assert.match(table, / critical +open +github\.com\/boltdb-go\/bolt /)
    const [bolt = '', reborn = '', restored = '', imposter = ''] = shown
    assert.match(bolt, /CRITICAL.*\n.*imitates {2}github\.com\/boltdb\/bolt/)
    assert.match(bolt, /proof .*checksum database signed.*\n.*commit was made on 2021-11-22/)
    assert.match(reborn, /HIGH {2}open\ngithub\.com\/harrowgate\/envfile\n/)
    assert.match(reborn, /the repository is gone: https:\/\/github\.com\/harrowgate\/envfile answered 404/)
    assert.match(reborn, /another repository answers at .*\n.*Take no newer one until/s)
    assert.match(restored, /MEDIUM.*a tag log\/v0\.3\.0 that was rewritten and put back/s)
    const [, from, to] = /tag log\/v0\.3\.0 moved from (\w{12}) to (\w{12}) \(still/.exec(restored) ?? []
    assert.ok(from)
    assert.match(restored, new RegExp(`moved from ${to} to ${from} \\(still ${to} on `))
    assert.match(restored, /the repository has the same code as the mirror/)
    assert.match(imposter, /LOW.*look at https:\/\/github\.com\/copperleaf\/ratelane\/commit\/[0-9a-f]{40}/s)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
})
