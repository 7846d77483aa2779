import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { placeInRepository, tagRef } from '@mirrorwatch/gomod/tree/module-dir'
import { readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import { makeRepository, openLabJob } from '@mirrorwatch/testing/git/git-lab'
import { fetchCommit } from '@mirrorwatch/upstream/git/fetch'
import { readSnapshot } from '@mirrorwatch/upstream/git/snapshot'
import { moduleAt } from '../src/module-at.ts'
import { sumOfTree } from '../src/tree-sum.ts'
import { LAB_CASES, type LabCase } from './module-tree-cases.ts'

/** Output of `go mod download -json` for one module. */
interface Downloaded {
  Path: string
  Sum?: string
  Zip?: string
  Error?: string
}

const hasGo = spawnSync('go', ['version']).status === 0
const HOST = 'github.com/lab/'

function pathOf({ name, below }: LabCase): string {
  return `${HOST}${name}${below === undefined ? '' : `/${below}`}`
}

describe('the module of a tag equals the one that the go command makes', {
  skip: hasGo ? false : 'go is not installed',
}, () => {
  let folder = ''
  let downloaded = new Map<string, Downloaded>()

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-lab-'))
    for (const { name, files, tags, version = 'v1.0.0' } of LAB_CASES) {
      makeRepository(path.join(folder, 'lab', name), files, tags ?? [{ name: version }])
    }
    downloaded = download(folder)
  })
  after(() => {
    execFileSync('chmod', ['-R', 'u+w', folder])
    rmSync(folder, { recursive: true })
  })

  for (const lab of LAB_CASES) {
    test(lab.name, async () => {
      const go = downloaded.get(pathOf(lab))
      assert.ok(go, 'go was asked about it')
      const ours = await make(folder, lab)
      if (go.Zip === undefined || go.Sum === undefined) {
        assert.equal(ours.sum, null, `go makes no zip (${go.Error}), we do`)
        return
      }
      const zip = await readModuleZip(readFileSync(go.Zip), {
        module: pathOf(lab),
        version: lab.version ?? 'v1.0.0',
      })
      assert.equal(ours.fault, null)
      assert.deepEqual(ours.names.sort(), zip.entries.map((entry) => entry.name).sort())
      assert.equal(ours.sum, go.Sum)
    })
  }
})

/** Builds a case with this package. Returns hash and names, or why there is no zip. */
async function make(
  folder: string,
  lab: LabCase,
): Promise<{ sum: string | null; names: string[]; fault: string | null }> {
  const { name, version = 'v1.0.0' } = lab
  const place = placeInRepository(pathOf(lab), `${HOST}${name}`)
  assert.ok(place)
  await using job = await openLabJob(path.join(folder, 'work'), path.join(folder, 'lab', name))
  try {
    const ref = tagRef(place, version)
    await fetchCommit(job, ref)
    const snapshot = await readSnapshot(job, ref)
    const at = await moduleAt(snapshot, place)
    if (at.fault !== null || (version.endsWith('+incompatible') && at.declaredPath !== null)) {
      return { sum: null, names: [], fault: at.fault ?? 'has a go.mod' }
    }
    const sum = await sumOfTree(snapshot, at.tree, pathOf(lab), version)
    return { sum, names: [...at.tree.files.keys()], fault: null }
  } catch (error) {
    if (!isGomodError(error, 'not-found', 'git-failed')) throw error
    return { sum: null, names: [], fault: error.message }
  }
}

function download(folder: string): Map<string, Downloaded> {
  const home = path.join(folder, 'home')
  mkdirSync(home)
  const rewrites = {
    [`url.file://${folder}/lab/.insteadOf`]: `https://${HOST}`,
    'protocol.file.allow': 'always',
  }
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GOPATH: path.join(home, 'go'),
    GOPROXY: 'direct',
    GONOSUMDB: '*',
    GONOSUMCHECK: '1',
    GOFLAGS: '-mod=mod',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: String(Object.keys(rewrites).length),
  }
  for (const [i, [key, value]] of Object.entries(rewrites).entries()) {
    env[`GIT_CONFIG_KEY_${i}`] = key
    env[`GIT_CONFIG_VALUE_${i}`] = value
  }
  const wanted = LAB_CASES.map((lab) => `${pathOf(lab)}@${lab.version ?? 'v1.0.0'}`)
  const { stdout } = spawnSync('go', ['mod', 'download', '-json', ...wanted], {
    cwd: home,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const answers = stdout.split(/^(?=\{)/m).filter((text) => text.trim() !== '')
  return new Map(answers.map((text) => JSON.parse(text) as Downloaded).map((answer) => [answer.Path, answer]))
}
