import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import type { NameIndexTarget } from '../../src/names/name-index.ts'
import { NameIndex } from '../../src/names/name-index.ts'
import { NAME_RULES } from '../../src/names/rules/all-rules.ts'
import { allPairs } from './all-pairs.ts'
import type { Random } from './random-paths.ts'
import { lookAlike, randomPath, seeded } from './random-paths.ts'

const ROUNDS = Number(process.env['MIRRORWATCH_FUZZ_ROUNDS'] ?? 12)
const TARGETS = 150
const MODULES = 250

function validPaths(count: number, random: Random, known: readonly NameIndexTarget[] = []): string[] {
  const paths = new Set<string>()
  while (paths.size < count) {
    const like = known[Math.floor(random() * known.length * 1.5)]
    const path = like === undefined ? randomPath(random) : lookAlike(like.path, random)
    if (modulePathFault(path) === null) paths.add(path)
  }
  return [...paths]
}

function randomTargets(random: Random): NameIndexTarget[] {
  const unknown = random() < 0.3 ? 0.1 : 0
  return validPaths(TARGETS, random).map((path) => ({
    path,
    dependents: random() < unknown ? null : Math.floor(1 / (random() ** 2 + 0.0001)),
    reviewed: random() < 0.01,
  }))
}

test('the index answers what all rules asked about all pairs answer', () => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = seeded(seed)
    const targets = [
      ...randomTargets(random),
      ...NAME_RULES.map(({ example: [, path] }) => ({ path, dependents: 9e5 })),
    ]
    const modules = [
      ...validPaths(MODULES, random, targets),
      ...NAME_RULES.map(({ example: [path] }) => path),
    ]
    const options = {
      aliases: [[modules[0] ?? '', targets[0]?.path ?? '']] as [string, string][],
      allow: [
        { kind: 'path' as const, module: modules[1] ?? '', target: null },
        { kind: 'pair' as const, module: modules[2] ?? '', target: targets[2]?.path ?? '' },
        { kind: 'owner' as const, module: (modules[3] ?? '').split('/').slice(0, 2).join('/'), target: null },
      ],
    }
    const index = new NameIndex(targets, options)
    const expected = allPairs(targets, options)
    for (const module of [...modules, ...targets.map(({ path }) => path)]) {
      const answer = index.match(module)
      assert.deepEqual(answer, expected(module), `seed ${seed}, ${module}`)
      for (const { rule } of answer) seen.add(rule)
    }
  }
  const never = NAME_RULES.filter(({ id }) => !seen.has(id)).map(({ id }) => id)
  assert.deepEqual(never, [], 'rules that the random paths never reach')
})

test('each rule alone is answered exactly', () => {
  const random = seeded(99)
  const targets = randomTargets(random)
  const modules = validPaths(120, random, targets)
  for (const rule of NAME_RULES) {
    const index = new NameIndex(targets, { rules: [rule] })
    const expected = allPairs(targets, { rules: [rule] })
    for (const module of modules)
      assert.deepEqual(index.match(module), expected(module), `${rule.id}, ${module}`)
  }
})

test('where a name is cut, targets beyond the cut are answered exactly too', () => {
  const random = seeded(7)
  const targets = Array.from({ length: 60 }, (_, i) => ({
    path: `${i % 7 === 0 ? 'gitlab.com' : 'github.com'}/owner${i}/${i % 2 === 0 ? 'oversight' : 'errors'}`,
    dependents: i % 5 === 0 ? null : Math.floor(random() * 1000),
  }))
  const options = {
    aliases: [
      ['go.example.org/oversight', 'github.com/owner2/oversight'],
      ['github.com/renamed/watch', 'github.com/owner4/oversight'],
    ] as [string, string][],
  }
  const index = new NameIndex(targets, options)
  const expected = allPairs(targets, options)
  const modules = [
    'go.example.org/oversight',
    'github.com/renamed/watch',
    'github.com/old/errors',
    'github.com/new/errors',
  ]
  for (const path of [...modules, 'example.org/owner1/errors', ...targets.map((target) => target.path)]) {
    assert.deepEqual(index.match(path), expected(path), path)
  }
  assert.equal(index.match('github.com/new/errors').length, 8)
})

test('a part of the targets is answered as all are, for those', () => {
  const random = seeded(5)
  const targets = randomTargets(random)
  // Rules about places name one target of all, so a part may name another.
  const rules = NAME_RULES.filter((rule) => rule.hostRank === undefined)
  const index = new NameIndex(targets, { rules })
  const some = new Set(targets.filter(() => random() < 0.3).map(({ path }) => path))
  const part = index.only(some)
  let answered = 0
  for (const module of validPaths(300, random, targets)) {
    const expected = index.match(module).filter(({ target }) => some.has(target))
    const actual = part.match(module).filter(({ target }) => some.has(target))
    assert.deepEqual(actual, expected)
    answered += actual.length
  }
  assert.ok(answered > 50)
})

test('of a target that is given twice, the last figures count', () => {
  const other = { path: 'github.com/siruspen/logrus', dependents: 50 }
  const index = new NameIndex([
    { path: 'github.com/sirupsen/logrus', dependents: 1 },
    other,
    { path: 'github.com/sirupsen/logrus', dependents: 9000 },
  ])
  assert.deepEqual(
    index.match(other.path).map(({ target }) => target),
    ['github.com/sirupsen/logrus'],
  )
  assert.deepEqual(index.match('github.com/sirupsen/logrus'), [])
})

test('targets that a later one joins are one project', () => {
  const index = new NameIndex([
    { path: 'go.example.org/oversight', dependents: 5 },
    { path: 'github.com/cirello-io/oversight', dependents: 7 },
    { path: 'oversight.example.dev/module', dependents: 1, repository: 'go.example.org/oversight' },
    { path: 'github.com/cirello-io/oversight/v2', dependents: 3, repository: 'go.example.org/oversight' },
  ])
  const found = index.match('github.com/cirelo-io/oversight/v2')
  assert.deepEqual(
    found.map(({ target }) => target),
    ['github.com/cirello-io/oversight/v2'],
  )
  assert.deepEqual(index.match('go.example.org/oversight/v9'), [])
})
