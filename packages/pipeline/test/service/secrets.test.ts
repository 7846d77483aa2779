import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { readConfig } from '../../src/config/config.ts'
import { mayBeFile } from '../../src/config/read-variable.ts'
import { VARIABLES } from '../../src/config/variables.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-secrets-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const PASSWORD = 'hunter2-and-more'

function file(name: string, text: string): string {
  const where = path.join(folder, name)
  writeFileSync(where, text, { mode: 0o600 })
  return where
}

test('a secret may be in a file', () => {
  const config = readConfig(
    {
      DATABASE_URL_FILE: file('db', `postgres://u:${PASSWORD}@db/m\n`),
      REDIS_URL_FILE: file('redis', 'redis://:x@redis:6379'),
      MIRRORWATCH_PROXY_URL_FILE: file('proxy', 'https://u:p@proxy.example.com/'),
      MIRRORWATCH_PROXY_HEADER_FILE: file('header', 'X-JFrog-Art-Api:  a token \n'),
      MIRRORWATCH_SMTP_URL_FILE: file('smtp', 'smtps://u:p@mail.example.com\n'),
      MIRRORWATCH_WEBHOOK_URL: 'https://hooks.example.com/x',
      MIRRORWATCH_WEBHOOK_SECRET_FILE: file('hook', 'sixteen characters at least\n'),
    },
    folder,
  )
  assert.equal(config.databaseUrl, `postgres://u:${PASSWORD}@db/m`)
  assert.equal(config.redisUrl, 'redis://:x@redis:6379')
  assert.equal(config.proxyUrl, 'https://u:p@proxy.example.com')
  assert.deepEqual(config.proxyHeaders, { 'x-jfrog-art-api': 'a token' })
  assert.equal(config.smtpUrl, 'smtps://u:p@mail.example.com')
  assert.deepEqual(config.webhook, {
    url: 'https://hooks.example.com/x',
    secret: 'sixteen characters at least',
  })
})

test('a file that is missing or doubles its variable is named; its content never is', () => {
  assert.throws(() => readConfig({ DATABASE_URL_FILE: path.join(folder, 'none') }, folder), {
    code: 'bad-config',
    message: /^DATABASE_URL_FILE names .*none, which cannot be read/,
  })
  assert.throws(
    () => readConfig({ DATABASE_URL_FILE: file('a', 'x'), DATABASE_URL: 'postgres://h/d' }, folder),
    /both set/,
  )
  for (const [name, variable] of Object.entries(VARIABLES)) {
    if (!mayBeFile(variable)) continue
    const bad = { [`${name}_FILE`]: file('bad', `\u0000 ${PASSWORD.slice(0, 8)}`) }
    try {
      readConfig(bad, folder)
    } catch (error) {
      assert.ok(error instanceof Error && !error.message.includes(PASSWORD.slice(0, 8)), name)
    }
  }
})

test('a process that cannot connect does not tell the password', async (t) => {
  const worker = path.join(import.meta.dirname, '../../../../apps/worker/src/main.ts')
  const attempts: Record<string, string>[] = [{ DATABASE_URL: `postgres://u:${PASSWORD}@127.0.0.1:9/m` }]
  if (process.env['DATABASE_URL'] !== undefined) {
    const database = await createDatabase()
    t.after(database.drop)
    attempts.push({ DATABASE_URL: database.url, REDIS_URL: `redis://u:${PASSWORD}@127.0.0.1:9` })
  }
  for (const attempt of attempts) {
    const child = spawn(process.execPath, [worker], {
      env: {
        PATH: process.env['PATH'],
        MIRRORWATCH_DATA_DIR: folder,
        MIRRORWATCH_LOG_LEVEL: 'trace',
        ...attempt,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const code = await new Promise((resolve) => child.once('close', resolve))
    assert.equal(code, 2, said)
    assert.match(said, /Cannot (reach|use)/)
    assert.ok(!said.includes(PASSWORD) && !said.includes('hunter2'), said)
  }
})
