import assert from 'node:assert/strict'
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { addCommit, commitOf, type LabFiles, makeRepository } from '@mirrorwatch/testing/git/git-lab'
import { openVerifyLab, type VerifyLab } from '@mirrorwatch/testing/git/verify-lab'
import { repositorySum } from '../src/repository-sum.ts'
import { verifyModuleVersion } from '../src/verify.ts'

interface Downloaded {
  Path: string
  Version: string
  Sum?: string
  Zip?: string
  Error?: string
}

const hasGo = spawnSync('go', ['version']).status === 0

/** Pages of the vanity host. */
const PAGES: Record<string, string> = {
  plain: 'vanity.example/plain git https://github.com/lab/plain',
  mono: 'vanity.example/mono git https://github.com/lab/mono',
  'mono/sub': 'vanity.example/mono git https://github.com/lab/mono',
  'mono/sub/v2': 'vanity.example/mono git https://github.com/lab/mono',
  'whole/v2': 'vanity.example/whole/v2 git https://github.com/lab/whole',
  'liar/x': 'vanity.example/liar git https://github.com/lab/plain',
  liar: 'vanity.example/liar git https://github.com/lab/mono',
  two: 'vanity.example/two git https://github.com/lab/plain"><meta name="go-import" content="vanity.example/two git https://github.com/lab/mono',
}

const REPOSITORIES: Record<string, { files: LabFiles; tags: string[] }> = {
  plain: { files: { 'go.mod': 'module vanity.example/plain\n', 'a.go': 'package a\n' }, tags: ['v1.0.0'] },
  mono: {
    files: {
      LICENSE: 'x',
      'go.mod': 'module vanity.example/mono\n',
      'sub/go.mod': 'module vanity.example/mono/sub\n',
      'sub/a.go': 'package sub\n',
      'sub/v2/go.mod': 'module vanity.example/mono/sub/v2\n',
      'sub/v2/a.go': 'package sub\n',
    },
    tags: ['v1.0.0', 'sub/v1.0.0', 'sub/v2.0.0'],
  },
  whole: {
    files: {
      'go.mod': 'module vanity.example/whole/v2\n',
      'v2/go.mod': 'module vanity.example/whole/v2\n',
      'v2/a.go': 'x',
    },
    tags: ['v2.0.0'],
  },
}

const WANTED = [
  'vanity.example/plain@v1.0.0',
  'vanity.example/mono@v1.0.0',
  'vanity.example/mono/sub@v1.0.0',
  'vanity.example/mono/sub/v2@v2.0.0',
  'vanity.example/whole/v2@v2.0.0',
  'vanity.example/liar/x@v1.0.0',
  'vanity.example/two@v1.0.0',
  'vanity.example/none@v1.0.0',
]

describe('vanity paths resolve as with the go command', {
  skip: hasGo ? false : 'go is not installed',
}, () => {
  let lab: VerifyLab
  let commit = ''
  const answers = new Map<string, Downloaded>()

  before(async () => {
    lab = await openVerifyLab(servePages)
    for (const [name, { files, tags }] of Object.entries(REPOSITORIES)) {
      makeRepository(
        lab.repository(`github.com/lab/${name}`),
        files,
        tags.map((tag) => ({ name: tag })),
      )
    }
    const plain = lab.repository('github.com/lab/plain')
    addCommit(plain, { 'go.mod': 'module vanity.example/plain\n', 'b.go': 'package b\n' }, [], 1_700_000_000)
    commit = commitOf(plain)
    for (const answer of await download(lab, [...WANTED, `vanity.example/plain@${commit}`])) {
      answers.set(`${answer.Path}@${answer.Version}`, answer)
    }
  })
  after(async () => {
    execFileSync('chmod', ['-R', 'u+w', lab.root])
    await lab[Symbol.asyncDispose]()
  })

  test('the go command finds every module that it can resolve', () => {
    const found = WANTED.filter((wanted) => answers.get(wanted)?.Sum !== undefined)
    assert.deepEqual(found, WANTED.slice(0, 5))
  })

  for (const wanted of WANTED) {
    test(wanted, async () => {
      const go = answers.get(wanted)
      const [module = '', version = ''] = wanted.split('@')
      const ours = await repositorySum(lab.deps, { module, version }).then(({ sum }) => sum, String)
      if (go?.Sum === undefined || go.Zip === undefined) {
        assert.match(ours, /^GomodError/, `go finds nothing (${go?.Error}), we do`)
        return
      }
      assert.equal(ours, go.Sum)
      const { verification } = await verifyModuleVersion(lab.deps, {
        module,
        version,
        zip: readFileSync(go.Zip),
      })
      assert.equal(verification.verdict, 'same')
    })
  }

  test('a pseudo-version that go made is verified', async () => {
    const go = answers.get(`vanity.example/plain@v0.0.0-20231114221320-${commit.slice(0, 12)}`)
    assert.ok(go?.Sum)
    const { sum } = await repositorySum(lab.deps, { module: go.Path, version: go.Version })
    assert.equal(sum, go.Sum)
  })
})

/** Answers as the vanity host, either directly or (for the go command) as a proxy. */
function servePages(request: IncomingMessage, response: ServerResponse): boolean {
  const name = /\/vanity\.example\/(.+)\?go-get=1$/.exec(request.url ?? '')?.[1]
  if (name === undefined) return false
  const content = PAGES[name]
  if (content === undefined) response.writeHead(404).end('nothing here')
  else response.end(`<html><head><meta name="go-import" content="${content}"></head></html>`)
  return true
}

/** Downloads with the go command, which cannot reach the host and therefore goes through a proxy, the test's server. */
async function download(lab: VerifyLab, wanted: string[]): Promise<Downloaded[]> {
  const home = path.join(lab.root, 'home')
  mkdirSync(home)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GOPATH: path.join(home, 'go'),
    GOPROXY: 'direct',
    GOINSECURE: '*',
    GONOSUMDB: '*',
    GOFLAGS: '-mod=mod',
    HTTP_PROXY: lab.server.url,
    HTTPS_PROXY: 'http://127.0.0.1:1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `url.file://${lab.root}/hosts/github.com/lab/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/lab/',
    GIT_CONFIG_KEY_1: 'protocol.file.allow',
    GIT_CONFIG_VALUE_1: 'always',
  }
  const run = promisify(execFile)
  const stdout = await run('go', ['mod', 'download', '-json', ...wanted], { cwd: home, env }).then(
    (done) => done.stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  )
  const texts = stdout.split(/^(?=\{)/m).filter((text) => text.trim() !== '')
  return texts.map((text) => JSON.parse(text) as Downloaded)
}
