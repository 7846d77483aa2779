import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { mirrorwatch } from '@mirrorwatch/testing/cli'
import { PASSWORD, startSmtpLab, USER } from '@mirrorwatch/testing/http/smtp-lab'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Upstreams that refuse at once, so that nothing waits for the network. */
const NO_UPSTREAMS = {
  MIRRORWATCH_INDEX_URL: 'http://reader:hunter2@127.0.0.1:9/index',
  MIRRORWATCH_PROXY_URL: 'http://reader:hunter2@127.0.0.1:9/proxy',
  MIRRORWATCH_SUMDB_URL: 'http://reader:hunter2@127.0.0.1:9/sumdb',
}

interface Check {
  name: string
  state: string
  says: string
}

async function doctor(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; checks: Check[] }> {
  const { code, stdout, stderr } = await mirrorwatch(['doctor', '--json', ...args], {
    cwd: folder,
    env: { ...NO_UPSTREAMS, ...env },
  })
  assert.ok(!`${stdout}${stderr}`.includes('hunter2'), stdout)
  const lines = stdout.trim().split('\n')
  return { code, checks: lines.map((line) => JSON.parse(line) as Check) }
}

function stateOf(checks: readonly Check[], name: string): string | undefined {
  return checks.find((check) => check.name === name)?.state
}

test('a test message reaches the mail server, Slack and the webhook, and no password is shown', async () => {
  await using lab = await startSmtpLab()
  const posted: string[] = []
  const hooks = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      posted.push(`${request.url} ${body} ${String(request.headers['x-mirrorwatch-signature']).slice(0, 2)}`)
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve))
  after(() => hooks.close())
  const base = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}`
  const ca = path.join(folder, 'ca.pem')
  writeFileSync(ca, lab.certificate.cert)
  const env = {
    NODE_EXTRA_CA_CERTS: ca,
    MIRRORWATCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    MIRRORWATCH_SMTP_URL: `smtps://${USER}:${encodeURIComponent(PASSWORD)}@localhost:${lab.port}`,
    MIRRORWATCH_REPORT_TO: 'ann@example.com',
    MIRRORWATCH_ALERT_TO: 'ann@example.com,bob@example.com',
    MIRRORWATCH_SLACK_WEBHOOK_URL: `${base}/slack`,
    MIRRORWATCH_WEBHOOK_URL: `${base}/hook`,
    MIRRORWATCH_WEBHOOK_SECRET: 'sixteen characters',
    MIRRORWATCH_REPRT_CRON: '0 7 * * 1',
  }
  const quiet = await doctor(env)
  assert.deepEqual(
    ['mail', 'Slack', 'webhook'].map((name) => stateOf(quiet.checks, name)),
    ['ok', 'ok', 'ok'],
    JSON.stringify(quiet.checks),
  )
  assert.deepEqual([lab.received.length, posted.length], [0, 0])
  assert.ok(
    quiet.checks.some(({ state, says }) => state === 'missing' && says.includes('MIRRORWATCH_REPORT_CRON?')),
  )

  const { checks } = await doctor(env, '--send-test')
  const tests = checks.filter(({ name }) => name.startsWith('test message'))
  assert.deepEqual(
    tests.map(({ state }) => state),
    ['ok', 'ok', 'ok', 'ok'],
    JSON.stringify(tests),
  )
  assert.deepEqual(lab.received.map(({ to }) => to).toSorted(), ['ann@example.com', 'bob@example.com'])
  assert.match(posted.join('\n'), /\/slack \{"text":"This is a test message/)
  assert.match(posted.join('\n'), /\/hook \{"type":"test",.* t=/)
})

test('recipients without a mail server, and a server that refuses, are missing', async () => {
  const without = await doctor({ MIRRORWATCH_REPORT_TO: 'ann@example.com' })
  assert.equal(without.code, 1)
  assert.equal(stateOf(without.checks, 'mail'), 'missing')
  const refused = await doctor(
    { MIRRORWATCH_REPORT_TO: 'ann@example.com', MIRRORWATCH_SMTP_URL: 'smtp://u:hunter2@127.0.0.1:9' },
    '--send-test',
  )
  assert.equal(stateOf(refused.checks, 'mail'), 'missing')
  assert.equal(stateOf(refused.checks, 'test message, mail'), 'missing')
})
