import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { createSpawnPool } from '../../src/git/run/spawn-pool.ts'

const pool = createSpawnPool()
after(() => pool[Symbol.asyncDispose]())

const PLACE = {
  cwd: '/',
  env: { PATH: process.env['PATH'] ?? '' },
  timeoutMs: 20_000,
  maxStdoutBytes: 100_000,
}

function sh(script: string, more: Partial<Parameters<typeof pool.spawn>[0]> = {}) {
  return pool.spawn({ ...PLACE, file: 'sh', args: ['-c', script], ...more })
}

async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('commands run at the same time, with input, output and exit status', async () => {
  const ended = await Promise.all([
    sh('cat; echo err >&2; exit 3', { stdin: 'in' }),
    sh('printf two'),
    sh('kill -9 $$'),
  ])
  assert.deepEqual(
    ended.map(({ code, killedBy, stdout, untrustedStderr }) => [
      code,
      killedBy,
      stdout.toString(),
      untrustedStderr,
    ]),
    [
      [3, null, 'in', 'err\n'],
      [0, null, 'two', ''],
      [null, 'SIGKILL', '', ''],
    ],
  )
})

test('output comes piece by piece, and who cannot read it ends the command', async () => {
  const pieces: string[] = []
  await sh('printf a; sleep 0.05; printf b', { onStdout: (chunk) => pieces.push(chunk.toString()) })
  assert.equal(pieces.join(''), 'ab')
  const bad = sh('echo x; sleep 60', {
    onStdout: () => {
      throw new Error('not what was expected')
    },
  })
  await assert.rejects(bad, /not what was expected/)
})

test('limits and missing commands are the errors that they are in this process', async () => {
  await assert.rejects(sh('head -c 200000 /dev/zero'), { name: 'GomodError', code: 'too-large' })
  await assert.rejects(sh('sleep 60', { timeoutMs: 50 }), { code: 'retry-later' })
  await assert.rejects(sh('', { file: 'no-such-command' }), { code: 'git-failed' })
})

test('an aborted command has ended when its promise rejects', async () => {
  const controller = new AbortController()
  let pid = 0
  const running = sh('echo $$; exec sleep 60', {
    signal: controller.signal,
    onStdout: (chunk) => {
      pid = Number(chunk.toString())
      controller.abort(new Error('enough'))
    },
  })
  await assert.rejects(running, /enough/)
  assert.ok(pid > 0)
  // Killed already; its parent may still have to take note of it.
  for (let tries = 0; tries < 100 && (await isRunning(pid)); tries++)
    await new Promise((r) => setTimeout(r, 10))
  assert.equal(await isRunning(pid), false)
})

test('commands end with the process that asked for them, even if that is killed', async () => {
  const script = `import { createSpawnPool } from ${JSON.stringify(new URL('../../src/git/run/spawn-pool.ts', import.meta.url).href)}
    await createSpawnPool().spawn({ file: 'sh', args: ['-c', 'echo $$; exec sleep 60'], cwd: '/', env: process.env,
      timeoutMs: 60000, maxStdoutBytes: 100, onStdout: (chunk) => process.stdout.write(chunk) })`
  const asking = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(asking.stdout, 'data')) as [Buffer]
  asking.kill('SIGKILL')
  const pid = Number(line.toString())
  for (let tries = 0; tries < 500 && (await isRunning(pid)); tries++)
    await new Promise((r) => setTimeout(r, 10))
  assert.equal(await isRunning(pid), false)
})

test('closing ends what runs', async () => {
  const own = createSpawnPool()
  const running = assert.rejects(own.spawn({ ...PLACE, file: 'sleep', args: ['60'] }), { code: 'git-failed' })
  await own[Symbol.asyncDispose]()
  await running
})
