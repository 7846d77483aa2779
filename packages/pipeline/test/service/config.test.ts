import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { PipelineError } from '../../src/errors.ts'

test('nothing configured: the public services and an embedded store in the current folder', () => {
  const config = readConfig({}, '/home/gopher')
  assert.equal(config.databaseUrl, null)
  assert.equal(config.dataDir, '/home/gopher/.mirrorwatch')
  assert.equal(config.indexUrl, 'https://index.golang.org/index')
  assert.equal(config.indexIsPublic, true)
  assert.equal(config.proxyUrl, 'https://proxy.golang.org')
  assert.equal(config.sumdbUrl, 'https://sum.golang.org')
  assert.equal(config.allowPrivateHosts, false)
})

test('an empty variable is an unset one', () => {
  assert.equal(readConfig({ MIRRORWATCH_PROXY_URL: '' }, '/').proxyUrl, 'https://proxy.golang.org')
})

test('values are read in the forms that people write', () => {
  const config = readConfig(
    {
      MIRRORWATCH_INDEX_URL: 'http://127.0.0.1:9000/',
      MIRRORWATCH_PROXY_URL: 'file:///go/pkg/mod/cache/download/',
      MIRRORWATCH_SUMDB_URL: 'off',
      MIRRORWATCH_GIT_INSTEAD_OF:
        'https://github.com/=http://127.0.0.1:9000/a=b/, https://x.test/=http://y.test/',
      MIRRORWATCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1, git.internal:8443',
      MIRRORWATCH_LISTEN: '[::1]:8080',
    },
    '/',
  )
  assert.equal(config.indexUrl, 'http://127.0.0.1:9000/index')
  assert.equal(config.indexIsPublic, false)
  assert.equal(config.proxyUrl, 'file:///go/pkg/mod/cache/download')
  assert.equal(config.sumdbUrl, null)
  assert.deepEqual(config.gitInsteadOf, [
    { from: 'https://github.com/', to: 'http://127.0.0.1:9000/a=b/' },
    { from: 'https://x.test/', to: 'http://y.test/' },
  ])
  assert.deepEqual(config.allowPrivateHosts, ['127.0.0.1', 'git.internal:8443'])
  assert.deepEqual(config.listen, { host: '::1', port: 8080 })
})

const WRONG: [string, string][] = [
  ['DATABASE_URL', 'mysql://127.0.0.1/x'],
  ['MIRRORWATCH_INDEX_URL', 'index.golang.org'],
  ['MIRRORWATCH_PROXY_URL', 'ftp://proxy.golang.org'],
  ['MIRRORWATCH_SUMDB_KEY', 'sum.golang.org'],
  ['MIRRORWATCH_GIT_INSTEAD_OF', 'https://github.com/'],
  ['MIRRORWATCH_USER_AGENT', 'a\nb'],
  ['MIRRORWATCH_INSPECT', 'some'],
  ['MIRRORWATCH_INSPECT_CONCURRENCY', '0'],
  ['MIRRORWATCH_REQUESTS_PER_SECOND', 'fast'],
  ['MIRRORWATCH_REPORT_TO', 'nobody'],
  ['MIRRORWATCH_REPORT_CRON', 'weekly'],
  ['MIRRORWATCH_LISTEN', 'localhost'],
  ['MIRRORWATCH_LISTEN', 'localhost:99999'],
  ['MIRRORWATCH_LOG_LEVEL', 'loud'],
]
for (const [name, value] of WRONG) {
  test(`${name}=${JSON.stringify(value)} is refused by name, with what would do`, () => {
    assert.throws(
      () => readConfig({ [name]: value }, '/'),
      (error: unknown) =>
        error instanceof PipelineError &&
        error.code === 'bad-config' &&
        error.message.includes(name) &&
        (error.todo ?? '').length > 0,
    )
  })
}

test('a secret is not repeated in the message', () => {
  assert.throws(
    () => readConfig({ DATABASE_URL: 'mysql://root:hunter2@db/x' }, '/'),
    (error: unknown) => error instanceof PipelineError && !error.message.includes('hunter2'),
  )
})

test('a Redis queue beside an embedded store is refused', () => {
  assert.throws(() => readConfig({ REDIS_URL: 'redis://127.0.0.1' }, '/'), { code: 'bad-config' })
})
