import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { unknownVariables } from '../../src/config/unknown-variables.ts'
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
  ['MIRRORWATCH_PROXY_HEADER', 'Bearer token'],
  ['MIRRORWATCH_PROXY_HEADER', 'Host: other.example'],
  ['MIRRORWATCH_PROXY_HEADER', 'X-Token: a\nX-Other: b'],
  ['MIRRORWATCH_SUMDB_KEY', 'sum.golang.org'],
  ['MIRRORWATCH_GIT_INSTEAD_OF', 'https://github.com/'],
  ['MIRRORWATCH_USER_AGENT', 'a\nb'],
  ['MIRRORWATCH_INSPECT_CONCURRENCY', '0'],
  ['MIRRORWATCH_REQUESTS_PER_SECOND', 'fast'],
  ['MIRRORWATCH_REPORT_TO', 'nobody'],
  ['MIRRORWATCH_REPORT_CRON', 'weekly'],
  ['MIRRORWATCH_LISTEN', 'localhost'],
  ['MIRRORWATCH_LISTEN', 'localhost:99999'],
  ['MIRRORWATCH_LOG_LEVEL', 'loud'],
  ['MIRRORWATCH_REPORT_CRON', '0 25 * * 1'],
  ['MIRRORWATCH_REPORT_CRON', '0 7 31 2,4 *'],
  ['MIRRORWATCH_REPORT_CRON', '*/0 7 * * 1'],
  ['MIRRORWATCH_REPORT_CRON', '0 7 * * 8'],
  ['MIRRORWATCH_BACKFILL_SINCE', '2026-02-30'],
  ['MIRRORWATCH_INSPECT_CONCURRENCY', '0x10'],
  ['MIRRORWATCH_INSPECT_CONCURRENCY', ' 4'],
  ['MIRRORWATCH_REQUESTS_PER_SECOND', '1e3'],
  ['MIRRORWATCH_REPORT_TO', ','],
  ['MIRRORWATCH_ALLOW_PRIVATE_HOSTS', 'http://127.0.0.1:9000'],
  ['DATABASE_URL', 'postgres://u:pa%ss@db/x'],
  ['DATABASE_URL', 'postgres://u:pa/ss@db/x'],
  ['DATABASE_URL', 'postgres://u:12/34@db/x'],
  ['DATABASE_URL', 'postgres://u:12#34@db/x'],
  ['DATABASE_URL', 'postgres://u:12?34@db/x'],
  ['DATABASE_URL', 'postgres://db/100%'],
  ['REDIS_URL', 'redis://:12/34@redis:6379'],
  ['MIRRORWATCH_SMTP_URL', 'smtp://u:12#34@mail.example.com'],
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

const WITH_PASSWORD: [string, string][] = [
  ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
  ['DATABASE_URL', 'postgres://u:a/hunter2@db/x'],
  ['MIRRORWATCH_PROXY_URL', 'ftp://u:a/hunter2@proxy'],
  ['MIRRORWATCH_PROXY_URL', 'u:hunter2@proxy'],
  ['MIRRORWATCH_GIT_INSTEAD_OF', 'https://github.com/=https://u:hunter2@git.internal/'],
  ['MIRRORWATCH_PUBLIC_URL', 'https://u:hunter2@mirrorwatch.internal'],
]
for (const [name, value] of WITH_PASSWORD) {
  test(`the password of ${name}=${value} is not repeated in the message`, () => {
    assert.throws(
      () => readConfig({ [name]: value }, '/'),
      (error: unknown) =>
        error instanceof PipelineError && error.message.includes(name) && !error.message.includes('hunter2'),
    )
  })
}

test('a database URL with escaped characters, a socket or an address with an at sign is accepted', () => {
  for (const url of [
    'postgres://u:p%25%2F%23%40@db:5433/x?sslmode=require',
    'postgres:///x?host=/var/run/postgresql',
    'postgres://db/x?user=alice@example',
  ]) {
    assert.equal(readConfig({ DATABASE_URL: url }, '/').databaseUrl, url)
  }
})

test('a misspelt variable is named with the one that was meant', () => {
  const env = {
    MIRRORWATCH_REPRT_TO: 'a@example.com',
    MIRRORWATCH_PROXY: 'https://proxy.example.com',
    mirrorwatch_log_level: 'debug',
    MIRRORWATCH_DATA_DIR_FILE: '/run/secrets/x',
    MIRRORWATCH_ESPRESSO_MACHINE: 'strong',
    MIRRORWATCH_SMTP_URL_FILE: '/run/secrets/smtp',
    MIRRORWATCH_LOG_LEVEL: 'info',
    MIRRORWATCH_SERVICE_HOST: '10.0.0.1',
    MIRRORWATCH_PORT_80_TCP_ADDR: '10.0.0.1',
    HOME: '/root',
  }
  assert.deepEqual(unknownVariables(env), [
    { name: 'MIRRORWATCH_REPRT_TO', meant: 'MIRRORWATCH_REPORT_TO' },
    { name: 'MIRRORWATCH_PROXY', meant: 'MIRRORWATCH_PROXY_URL' },
    { name: 'mirrorwatch_log_level', meant: 'MIRRORWATCH_LOG_LEVEL' },
    { name: 'MIRRORWATCH_DATA_DIR_FILE', meant: null },
    { name: 'MIRRORWATCH_ESPRESSO_MACHINE', meant: null },
  ])
})

test('a Redis queue next to an embedded store is refused', () => {
  assert.throws(() => readConfig({ REDIS_URL: 'redis://127.0.0.1' }, '/'), { code: 'bad-config' })
})
