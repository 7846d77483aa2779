import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAllowList } from '../../src/names/allow-list.ts'
import type { NameIndexOptions, NameIndexTarget } from '../../src/names/name-index.ts'
import { NameIndex } from '../../src/names/name-index.ts'
import { NAME_RULES } from '../../src/names/rules/all-rules.ts'
import { rulesDocument } from '../../src/names/rules-docs.ts'

function named(
  module: string,
  targets: (string | NameIndexTarget)[],
  options: NameIndexOptions = {},
): string[] {
  const list = targets.map((target) => (typeof target === 'string' ? { path: target } : target))
  return new NameIndex(list, options).match(module).map(({ rule, target }) => `${rule} ${target}`)
}

test('docs/rules.md is what the table says', () => {
  assert.equal(readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8'), rulesDocument())
})

for (const rule of NAME_RULES) {
  test(`the example of ${rule.id} is named by it`, () => {
    const [module, target] = rule.example
    const [first] = new NameIndex([{ path: target }]).match(module)
    assert.equal(first?.rule, rule.id)
    assert.equal(first?.target, target)
    assert.equal(first?.strength, rule.strength)
    assert.ok(first.reason.length > 10)
  })
}

test('kinds of confusion beyond the examples are named', () => {
  const alerts: [string, string][] = [
    ['github.com/shopsprint/decimal', 'github.com/shopspring/decimal'],
    ['github.com/stretchrr/testify', 'github.com/stretchr/testify'],
    ['github.com/strechr/testify', 'github.com/stretchr/testify'],
    ['github.com/sirupsen1/logrus', 'github.com/sirupsen/logrus'],
    ['github.com/s1rupsen/logrus', 'github.com/sirupsen/logrus'],
    ['github.com/hashlcorp/vault', 'github.com/hashicorp/vault'],
    ['github.com/hashi-corp/vault', 'github.com/hashicorp/vault'],
    ['github.com/hashicorpinc/vault', 'github.com/hashicorp/vault'],
    ['xn--gthub-n2e.com/sirupsen/logrus', 'github.com/sirupsen/logrus'],
    ['xn--gthub-zsa.com/sirupsen/logrus', 'github.com/sirupsen/logrus'],
    ['xn--glang-rce.org/x/crypto', 'golang.org/x/crypto'],
    ['github.com/pgk/errors', 'github.com/pkg/errors'],
    ['github.com/pkq/errors', 'github.com/pkg/errors'],
    ['github.com/pkgs/errors', 'github.com/pkg/errors'],
    ['github.com/amazon-aws/aws-sdk-go', 'github.com/aws/aws-sdk-go'],
    ['github.com/go-boltdb/bolt', 'github.com/boltdb/bolt'],
    ['github.com/urfave-official/cli', 'github.com/urfave/cli'],
    ['github.com/golang-org/crypto', 'golang.org/x/crypto'],
    ['github.com/golan/crypto', 'golang.org/x/crypto'],
    ['golang.com/x/crypto', 'golang.org/x/crypto'],
    ['go1ang.org/x/crypto', 'golang.org/x/crypto'],
    ['gouber.org/zap', 'go.uber.org/zap'],
    ['go-uber.dev/zap', 'go.uber.org/zap'],
    ['git-hub.dev/spf13/cobra', 'github.com/spf13/cobra'],
    ['gopkq.in/yaml.v3', 'gopkg.in/yaml.v3'],
    ['gopkg.in.net/yaml.v2', 'gopkg.in/yaml.v3'],
    ['github.com.mirror.dev/spf13/cobra', 'github.com/spf13/cobra'],
    ['gopkg.in/ymal.v3', 'gopkg.in/yaml.v3'],
    ['github.com/go-yamll/yaml', 'gopkg.in/yaml.v3'],
    ['github.com/uber-golang/zap', 'go.uber.org/zap'],
    ['gitlab.com/gitlab-0rg/api/client-go', 'gitlab.com/gitlab-org/api/client-go'],
    ['spf13.dev/cobra', 'github.com/spf13/cobra'],
    ['go.gin-gonic.com/gin', 'github.com/gin-gonic/gin'],
    ['github.com-spf13.dev/cobra', 'github.com/spf13/cobra'],
    ['github.com/k8s-io/client-go', 'k8s.io/client-go'],
    ['github.com/google-golang/grpc', 'google.golang.org/grpc'],
    ['k8s.lo/client-go', 'k8s.io/client-go'],
    ['go.mongo.org/mongo-driver', 'go.mongodb.org/mongo-driver'],
    ['github.com/gorilla-mirror/mux', 'github.com/gorilla/mux'],
    ['github.com/therealgorilla/mux', 'github.com/gorilla/mux'],
    ['github.com/hashicorporation/go-version', 'github.com/hashicorp/go-version'],
    ['gopkg.in/gin.v1', 'github.com/gin-gonic/gin'],
    ['github.com/gogoproto/protobuf', 'github.com/gogo/protobuf'],
    ['github.com/therealspf13/cobra', 'github.com/spf13/cobra'],
    ['github.com/prom/client_golang', 'github.com/prometheus/client_golang'],
  ]
  for (const [module, target] of alerts) {
    const [first] = new NameIndex([{ path: target }]).match(module)
    assert.ok(
      first?.strength === 'strong' || first?.strength === 'medium',
      `${module}: ${JSON.stringify(first)}`,
    )
    assert.equal(first.target, target)
  }
})

test('names that honest projects have do not alert', () => {
  const honest: [string, string][] = [
    // A Go package for a common thing is called go-thing.
    ['gopkg.in/gomail.v2', 'gopkg.in/mail.v2'],
    ['gopkg.in/goconfig.v1', 'gopkg.in/config.v2'],
    ['gopkg.in/mail.v2', 'gopkg.in/gomail.v2'],
    // Domains that belong to a known owner.
    ['gomodules.xyz/jsonpatch/v2', 'github.com/evanphx/json-patch'],
    ['gomodules.xyz/jsonpatch', 'golang.org/x/crypto'],
    ['jaytaylor.com/html2text', 'github.com/jaytaylor/html2text'],
    ['aead.dev/minisign', 'github.com/aead/minisign'],
    ['storj.io/common', 'github.com/storj/common'],
    // The older home of a project that moved to its own account.
    ['gopkg.in/fsnotify.v1', 'github.com/fsnotify/fsnotify'],
    // A short owner is the start of many others.
    ['github.com/microsoft/go-winio', 'github.com/micro/go-winio'],
  ]
  for (const [module, target] of honest) {
    const alerting = new NameIndex([{ path: target }])
      .match(module)
      .filter(({ strength }) => strength === 'strong' || strength === 'medium')
    assert.deepEqual(alerting, [], module)
  }
})

test('a name that is made of a project’s name alerts next to a well-known project alone', () => {
  const others = Array.from({ length: 600 }, (_, i) => ({
    path: `github.com/q${i}w/k${i}z`,
    dependents: 1000,
  }))
  for (const [module, target] of [
    ['github.com/go-jwt/jwt', 'github.com/golang-jwt/jwt'],
    ['github.com/go-pq/pq', 'github.com/lib/pq'],
    ['github.com/cache-go/cache', 'github.com/patrickmn/cache'],
    ['github.com/golang-zap/zap', 'github.com/uber-go/zap'],
    ['github.com/zap-logger/zap', 'github.com/uber-go/zap'],
    ['github.com/go-sqlite3/sqlite3', 'github.com/mattn/go-sqlite3'],
    ['github.com/otel-go/otel', 'go.opentelemetry.io/otel'],
    ['github.com/opentelemetry-io/otel', 'go.opentelemetry.io/otel'],
    ['github.com/cobra/cobra', 'github.com/spf13/cobra'],
    ['cobra.dev/cobra', 'github.com/spf13/cobra'],
    ['gopkg.in/uuid.v1', 'github.com/google/uuid'],
    ['k8.io/client-go', 'k8s.io/client-go'],
    ['k8s.dev/client-go', 'k8s.io/client-go'],
  ] as const) {
    const strengthBeside = (dependents: number) =>
      new NameIndex([...others, { path: target, dependents }]).match(module)[0]?.strength
    assert.match(strengthBeside(100_000) ?? '', /strong|medium/, module)
    // Both are a known owner with one affix for another, which says enough.
    if (module !== 'github.com/golang-zap/zap')
      assert.match(strengthBeside(10) ?? 'none', /weak|candidate|none/, module)
  }
})

test('the same project and the same owner are never named', () => {
  assert.deepEqual(named('github.com/Sirupsen/logrus', ['github.com/sirupsen/logrus']), [])
  assert.deepEqual(named('github.com/urfave/cli/v2', ['github.com/urfave/cli']), [])
  assert.deepEqual(named('github.com/urfave/clii', ['github.com/urfave/cli']), [])
  assert.deepEqual(named('github.com/golang/crypto', ['golang.org/x/crypto']), [])
  assert.deepEqual(named('github.com/go-yaml/yaml', ['gopkg.in/yaml.v3']), [])
  assert.deepEqual(named('github.com/urfave/cli', ['gopkg.in/urfave/cli.v1']), [])
  assert.deepEqual(named('golang.org/x/crypt', ['golang.org/x/crypto']), [])
  assert.deepEqual(
    named('github.com/xdg/scram', ['github.com/xdg-go/scram'], {
      aliases: [['github.com/xdg/scram', 'github.com/xdg-go/scram']],
    }),
    [],
  )
})

test('an established module is no imitation; one that deceived a few users is', () => {
  const target = { path: 'github.com/sirupsen/logrus', dependents: 100_000 }
  const few = { path: 'github.com/siruspen/logrus', dependents: 200 }
  const many = { path: 'github.com/siruspen/logrus', dependents: 20_000 }
  assert.deepEqual(named(few.path, [target, few]), [`owner-swap ${target.path}`])
  assert.deepEqual(named(many.path, [target, many]), [])
  assert.deepEqual(named(few.path, [target, { ...few, reviewed: true }]), [])
})

test('an owner with another known project is not a typo', () => {
  const targets = ['github.com/gogs/cron', 'github.com/gogo/protobuf', 'github.com/emersion/go-imap']
  assert.deepEqual(named('github.com/emersoin/go-imap', targets), ['owner-swap github.com/emersion/go-imap'])
  assert.deepEqual(named('github.com/emersoin/go-imap', [...targets, 'github.com/emersoin/other']), [
    'same-repository github.com/emersion/go-imap',
  ])
})

test('allow lists silence a pair, an owner, a path', () => {
  const module = 'github.com/utfave/cli'
  const target = 'github.com/urfave/cli'
  for (const line of [`pair ${module} ${target}`, `path ${module}`, 'owner github.com/utfave']) {
    const allow = parseAllowList(`# ours\n\n${line} 2026-11-24 alice our own fork\n`)
    assert.ok(Array.isArray(allow))
    assert.deepEqual(named(module, [target], { allow }), [])
    assert.equal(named('github.com/urfawe/cli', [target], { allow }).length, 1)
  }
})

test('a malformed allow list names the line', () => {
  assert.deepEqual(parseAllowList('path github.com/a/b 2026-11-24 alice ok\nfoo bar'), {
    line: 2,
    fault: 'begins with none of path, owner, pair',
  })
  for (const line of [
    'path',
    'path x',
    'pair github.com/a/b 2026-11-24',
    'path github.com/a/b yesterday',
    'path github.com/a/b 2026-11-24 alice',
  ]) {
    assert.ok(!Array.isArray(parseAllowList(line)), line)
  }
})

test('a look-alike is named with the major and the directory that it has', () => {
  const targets = [
    'github.com/urfave/cli',
    'github.com/urfave/cli/v2',
    'github.com/urfave/cli/v3',
    'github.com/urfave/cli/docs',
  ]
  assert.deepEqual(named('github.com/utfave/cli', targets), ['owner-keyboard github.com/urfave/cli'])
  assert.deepEqual(named('github.com/utfave/cli/v3', targets), ['owner-keyboard github.com/urfave/cli/v3'])
  assert.deepEqual(named('github.com/utfave/cli/docs', targets), [
    'owner-keyboard github.com/urfave/cli/docs',
  ])
})

test('a popular repository name is limited to the most depended-on projects', () => {
  const targets = Array.from({ length: 40 }, (_, i) => ({
    path: `github.com/owner${'abcdefghij'[i % 10]}${i}/logrus`,
    dependents: 1000 - i,
  }))
  const index = new NameIndex(targets)
  const answer = index.match('github.com/somebodyelse/logrus')
  assert.equal(answer.length, 12)
  assert.equal(answer[0]?.target, 'github.com/ownera0/logrus')
})

test('strange paths give an answer, and quickly', () => {
  const index = new NameIndex([
    { path: 'github.com/a/b' },
    { path: `github.com/${'a'.repeat(39)}/${'b'.repeat(100)}` },
  ])
  for (const path of [
    '',
    '/',
    'x',
    '...',
    'github.com',
    'github.com/',
    'github.com//',
    `github.com/${'1'.repeat(5000)}/${'a'.repeat(5000)}`,
    'gopkg.in/.v1',
    '---.--/-/-',
    `${'a.'.repeat(2000)}b/c`,
  ]) {
    assert.ok(Array.isArray(index.match(path)), path)
  }
})
