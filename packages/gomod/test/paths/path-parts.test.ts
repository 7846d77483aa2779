import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, randomText } from '@mirrorwatch/testing/random'
import { ownersOf } from '../../src/paths/owner.ts'
import { parseProjectKey, projectKey, projectNames, splitModulePath } from '../../src/paths/path-parts.ts'

type Row = [path: string, kind: string, owner: string, repository: string, directory: string, major: string]

const ROWS: Row[] = [
  ['github.com/urfave/cli/v2', 'forge', 'urfave', 'cli', '', '/v2'],
  ['github.com/Owner/Repo/sub/dir/v3', 'forge', 'Owner', 'Repo', 'sub/dir', '/v3'],
  ['github.com/owner/repo/v2/sub', 'forge', 'owner', 'repo', 'sub', ''],
  ['github.com/owner/repo.git/sub', 'forge', 'owner', 'repo', 'sub', ''],
  ['gitlab.com/group/sub/project', 'forge', 'group/sub', 'project', '', ''],
  ['gitlab.com/group/project.git/dir/v2', 'forge', 'group', 'project', 'dir', '/v2'],
  ['git.sr.ht/~sircmpwn/getopt', 'forge', '~sircmpwn', 'getopt', '', ''],
  ['git.example.com/owner/repo/dir', 'forge', 'owner', 'repo', 'dir', ''],
  ['gitea.example.com/repo', 'vanity', '', 'repo', '', ''],
  ['dev.azure.com/org/project/_git/repo.git/dir', 'forge', 'org/project', 'repo', 'dir', ''],
  ['dev.azure.com/org/_git/repo', 'forge', 'org', 'repo', '', ''],
  ['gopkg.in/yaml.v3', 'gopkg', '', 'yaml', '', '.v3'],
  ['gopkg.in/yaml.v2-unstable', 'gopkg', '', 'yaml', '', '.v2-unstable'],
  ['gopkg.in/square/go-jose.v2', 'gopkg', 'square', 'go-jose', '', '.v2'],
  ['go.uber.org/zap', 'vanity', '', 'zap', '', ''],
  ['golang.org/x/crypto', 'vanity', '', 'crypto', '', ''],
  ['rsc.io/quote/v3', 'vanity', '', 'quote', '', '/v3'],
  ['go.starlark.net', 'vanity', '', 'starlark', '', ''],
  ['go-micro.dev/v4', 'vanity', '', 'go-micro', '', '/v4'],
  ['k8s.io/kubernetes/staging/src', 'vanity', '', 'kubernetes', 'staging/src', ''],
]

for (const [path, kind, owner, repository, subdirectory, major] of ROWS) {
  test(`the parts of ${path}`, () => {
    const parts = splitModulePath(path)
    assert.equal(parts.path, path)
    assert.deepEqual(
      [parts.kind, parts.owner, parts.repository, parts.subdirectory, parts.major],
      [kind, owner, repository, subdirectory, major],
    )
    assert.deepEqual(parts.folded, {
      owner: owner.toLowerCase(),
      repository: repository.toLowerCase(),
      subdirectory: subdirectory.toLowerCase(),
    })
  })
}

test('letter case, major version and directory do not change whose project it is', () => {
  const keys = [
    'github.com/Sirupsen/logrus',
    'github.com/sirupsen/logrus/v2',
    'github.com/sirupsen/Logrus/hooks',
  ]
  for (const path of keys) assert.deepEqual(keysOf(path), ['github.com/sirupsen/logrus'])
})

test('a vanity path, gopkg.in and an old address share a name with the current repository', () => {
  assert.deepEqual(keysOf('go.uber.org/zap'), ['go.uber.org//zap', 'github.com/uber-go/zap'])
  assert.deepEqual(keysOf('golang.org/x/crypto'), ['golang.org//crypto', 'github.com/golang/crypto'])
  assert.deepEqual(keysOf('gopkg.in/yaml.v3'), [
    'gopkg.in//yaml',
    'github.com/go-yaml/yaml',
    'github.com/yaml/go-yaml',
  ])
  assert.deepEqual(keysOf('github.com/coreos/bbolt'), ['github.com/coreos/bbolt', 'github.com/etcd-io/bbolt'])
  const names = projectNames(splitModulePath('go.etcd.io/bbolt')).map(projectKey)
  assert.ok(names.includes('github.com/etcd-io/bbolt'))
  assert.deepEqual(parseProjectKey('GitHub.com/Etcd-io/bbolt'), {
    host: 'github.com',
    owner: 'etcd-io',
    repository: 'bbolt',
  })
})

test('other hosts write major versions as gopkg.in does', () => {
  const paths: [path: string, key: string][] = [
    ['gopkq.in/yaml.v2', 'gopkq.in//yaml'],
    ['gopkq.in/square/go-jose.v2', 'gopkq.in/square/go-jose'],
    ['example.com/x/crypto.v1', 'example.com//crypto'],
    ['example.com/tool.v2/cmd', 'example.com//tool'],
    ['example.com/.v2', 'example.com//.v2'],
    ['example.com/tool.v2x', 'example.com//tool.v2x'],
    ['github.com/a/tool.v2', 'github.com/a/tool.v2'],
  ]
  for (const [path, key] of paths) assert.deepEqual(keysOf(path), [key])
})

test('any text is split without a crash, and names of Object members are ordinary names', () => {
  const hostile = [
    '',
    '/',
    '//',
    'github.com',
    'github.com/',
    'github.com//',
    'github.com/a',
    'gopkg.in',
    'gopkg.in/',
    'gopkg.in/v2',
    '.',
    '..',
    '...//...',
    'a.com/v2',
    'a.com/../../etc/passwd',
    '\ud800.com/a',
    'github.com/\u0000/\u202e',
    `github.com/${'a/'.repeat(50_000)}`,
    `${'a.'.repeat(50_000)}com/x`,
    'github.com/.git/.git',
    'gitlab.com/.git',
    'dev.azure.com/_git',
  ]
  for (const path of hostile) {
    const parts = splitModulePath(path)
    assert.equal(parts.path, path)
    for (const owner of ownersOf(path)) assert.equal(typeof owner, 'string')
  }
  const odd = splitModulePath('github.com/__proto__/constructor')
  assert.deepEqual(projectNames(odd).map(projectKey), ['github.com/__proto__/constructor'])
  assert.deepEqual(keysOf('constructor.dev/toString'), ['constructor.dev//tostring'])
})

test('the fast split for GitHub agrees with the split for other forges', () => {
  const random = createRandom(5)
  const pieces = [
    '/',
    '/',
    'a',
    'B',
    'v',
    '0',
    '1',
    '2',
    '.git',
    '.',
    '-',
    '_',
    'go',
    '/v2',
    '/v1',
    '/v0',
    '/v03',
    '/v10',
  ]
  for (let i = 0; i < 20_000; i++) {
    const rest = randomText(random, pieces, 9)
    const { path, host, ...fast } = splitModulePath(`github.com/${rest}`)
    const { path: other, host: forge, ...slow } = splitModulePath(`codeberg.org/${rest}`)
    assert.deepEqual([path, host, forge], [`github.com/${rest}`, 'github.com', other.split('/', 1)[0]])
    assert.deepEqual(fast, slow, rest)
  }
})

function keysOf(path: string): string[] {
  return projectNames(splitModulePath(path)).map(projectKey)
}
