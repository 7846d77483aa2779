import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { mirrorwatch } from '@mirrorwatch/testing/cli'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-wrong-'))
after(() => rmSync(root, { recursive: true, force: true }))
writeFileSync(path.join(root, 'not-a-folder'), '')

interface WrongInput {
  args: string[]
  env?: Record<string, string>
  says: RegExp
}

/** Inputs of which each stands for a kind: a mistyped path, an impossible date, options that exclude each other, … */
const WRONG: WrongInput[] = [
  { args: ['chekc', 'go.mod'], says: /unknown command 'chekc'[\s\S]*check/ },
  { args: ['scan', '--since', '2026-02-30'], says: /"2026-02-30" is not a time/ },
  { args: ['scan', '--module', 'github.com/a/b', '--since', '2026-11-01'], says: /cannot be used with/ },
  { args: ['scan', '--module', 'not a path'], says: /not a module path: .*as in go\.mod/ },
  { args: ['crawl', '--since', '2026-11-02', '--until', '2026-11-01'], says: /is not before --until/ },
  { args: ['worker', '--queues', 'inspect,asess'], says: /"asess" is not a queue\. The queues are require/ },
  { args: ['targets', 'list', '--limit', '0x10'], says: /"0x10" is not a whole number from 1 up/ },
  { args: ['check', '--json', '--format', 'sarif', 'github.com/a/b'], says: /cannot be used with/ },
  { args: ['report', '--week', '2999-W01'], says: /has not begun\n.*current week is \d{4}-W\d\d/ },
  { args: ['report', '--send', '--dry-run'], says: /no mail server: set MIRRORWATCH_SMTP_URL/ },
  {
    args: ['report', '--send', '--dry-run'],
    env: { MIRRORWATCH_SMTP_URL: 'smtp://127.0.0.1:9' },
    says: /no recipients: set MIRRORWATCH_REPORT_TO/,
  },
  {
    args: ['findings', 'list'],
    env: { DATABASE_URL: 'postgres://u:pa%ss@127.0.0.1/x' },
    says: /DATABASE_URL cannot be used .*%25/,
  },
  {
    args: ['verify', '--proxy', 'off', 'github.com/a/b@v1.0.0'],
    env: { MIRRORWATCH_GIT_INSTEAD_OF: 'https://github.com/=file:///nope/github.com/' },
    says: /MIRRORWATCH_GIT_INSTEAD_OF .*file:\/\/\/nope\/github.com\/: there is no such folder/,
  },
  {
    args: ['verify', 'github.com/a/b@v1.0.0'],
    env: { MIRRORWATCH_PROXY_URL: 'file://nope/cache' },
    says: /MIRRORWATCH_PROXY_URL leads to file:\/\/nope\/cache[\s\S]*three slashes/,
  },
  {
    args: ['verify', 'github.com/a/b@v1.0.0'],
    env: { MIRRORWATCH_PROXY_URL: `file://${root}/not-a-folder` },
    says: /it is not a folder/,
  },
]
for (const { args, env = {}, says } of WRONG) {
  test(`${args.join(' ')} ${Object.values(env).join(' ')}`.trim(), async () => {
    const { code, stdout, stderr } = await mirrorwatch(args, { cwd: root, env })
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.match(stderr, says)
    assert.ok(!stderr.includes('    at '), stderr)
  })
}

test('mirrorwatch alone prints the help', async () => {
  const { code, stdout } = await mirrorwatch([], { cwd: root })
  assert.equal(code, 0)
  assert.match(stdout, /Usage: mirrorwatch/)
})

test('a misspelt variable is pointed out, and the command does its work', async () => {
  const { code, stderr } = await mirrorwatch(['check', 'github.com/spf13/cobra'], {
    cwd: root,
    env: { MIRRORWATCH_DATADIR: '/x' },
  })
  assert.equal(code, 0)
  assert.match(stderr, /MIRRORWATCH_DATADIR .*did you mean MIRRORWATCH_DATA_DIR\?/)
})

test('a folder named .env is left alone', async () => {
  const folder = path.join(root, 'python')
  mkdirSync(path.join(folder, '.env'), { recursive: true })
  assert.equal((await mirrorwatch(['check', 'github.com/spf13/cobra'], { cwd: folder })).code, 0)
})
