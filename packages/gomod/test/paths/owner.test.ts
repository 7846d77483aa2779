import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostLabel, registrableDomain } from '../../src/paths/domain.ts'
import { ownerOf, ownerPrefix, ownersOf, parseOwner, sameOwner } from '../../src/paths/owner.ts'

const OWNERS: [path: string, owner: string, prefix: string][] = [
  ['github.com/Urfave/cli', 'github.com/urfave', 'github.com/Urfave'],
  ['github.com/urfave/cli/v2', 'github.com/urfave', 'github.com/urfave'],
  ['gitlab.com/group/sub/project', 'gitlab.com/group', 'gitlab.com/group'],
  ['gitlab.example.org/group/sub/project.git/dir', 'gitlab.example.org/group', 'gitlab.example.org/group'],
  ['dev.azure.com/org/project/_git/repo', 'dev.azure.com/org', 'dev.azure.com/org'],
  ['git.sr.ht/~sircmpwn/getopt', 'git.sr.ht/sircmpwn', 'git.sr.ht/~sircmpwn'],
  ['git.example.org/alice/tool', 'git.example.org/alice', 'git.example.org/alice'],
  ['gopkg.in/yaml.v3', 'gopkg.in/yaml', 'gopkg.in/yaml.v3'],
  ['gopkg.in/square/go-jose.v2', 'github.com/square', 'gopkg.in/square'],
  ['go.uber.org/zap', 'uber.org', 'go.uber.org'],
  ['go.uber.dev/zapp', 'uber.dev', 'go.uber.dev'],
  ['go.starlark.net', 'starlark.net', 'go.starlark.net'],
  ['alice.github.io/tool', 'alice.github.io', 'alice.github.io'],
  ['bob.github.io/tool', 'bob.github.io', 'bob.github.io'],
  ['go.example.co.uk/tool', 'example.co.uk', 'go.example.co.uk'],
]

for (const [path, owner, prefix] of OWNERS) {
  test(`the owner of ${path} is ${owner}`, () => {
    assert.equal(ownerOf(path), owner)
    assert.equal(ownerPrefix(path), prefix)
    assert.ok(ownersOf(path).includes(owner))
    // The owner that a decision stores is read back as the same owner.
    assert.equal(parseOwner(owner), owner)
  })
}

test('an owner is read as a person writes it', () => {
  const written: [text: string, owner: string][] = [
    ['github.com/Spf13', 'github.com/spf13'],
    ['github.com/spf13/cobra', 'github.com/spf13'],
    ['gitlab.com/group/subgroup', 'gitlab.com/group'],
    ['go.uber.dev', 'uber.dev'],
    ['go.uber.dev/zapp', 'uber.dev'],
    ['git.example.org/alice', 'git.example.org/alice'],
    ['gopkg.in/square/go-jose.v2', 'github.com/square'],
  ]
  for (const [text, owner] of written) assert.equal(parseOwner(text), owner, text)
})

test('one party may hold modules under several names', () => {
  assert.deepEqual(ownersOf('go.uber.org/zap'), ['uber.org', 'github.com/uber-go'])
  assert.deepEqual(ownersOf('gopkg.in/yaml.v3'), ['gopkg.in/yaml', 'github.com/go-yaml', 'github.com/yaml'])
  assert.ok(sameOwner('go.uber.org/zap', 'github.com/uber-go/multierr'))
  assert.ok(sameOwner('a.example.dev/x', 'b.example.dev/y'))
  assert.ok(sameOwner('gitlab.com/group/a/x', 'gitlab.com/Group/b/y'))
  assert.ok(!sameOwner('go.uber.org/zap', 'github.com/uber-g0/zap'))
  assert.ok(!sameOwner('alice.github.io/x', 'bob.github.io/x'))
})

test('the part of a host that one party holds', () => {
  const hosts: [host: string, domain: string, label: string][] = [
    ['go.uber.org', 'uber.org', 'uber'],
    ['example.co.uk', 'example.co.uk', 'example'],
    ['go.example.co.uk', 'example.co.uk', 'example'],
    ['alice.github.io', 'alice.github.io', 'alice'],
    ['a.b.alice.github.io', 'alice.github.io', 'alice'],
    ['localhost', 'localhost', 'localhost'],
  ]
  for (const [host, domain, label] of hosts) {
    assert.deepEqual([registrableDomain(host), hostLabel(host)], [domain, label], host)
  }
})
