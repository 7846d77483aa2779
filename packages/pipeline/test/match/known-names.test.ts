import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import type { NameIndexTarget } from '@mirrorwatch/detect/names/name-index'
import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Candidate } from '@mirrorwatch/detect/types'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { builtinAliases, builtinTargets } from '../../src/targets/builtin-targets.ts'

const data = process.env['MIRRORWATCH_TEST_DATA']
const skip = data === undefined && 'MIRRORWATCH_TEST_DATA is not set'

function rows(file: string): string[][] {
  return readFileSync(path.join(data ?? '', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
}

function listed(paths: readonly string[]): NameIndexTarget[] {
  return paths.map((path) => ({ path }))
}

function alerts({ strength }: Candidate): boolean {
  return strength === 'strong' || strength === 'medium'
}

const ALERTING_KINDS: ReadonlySet<string> = new Set(['owner-typo', 'owner-affix', 'vanity-domain'])

test('every known look-alike is named with what it imitates', { skip }, () => {
  const top = rows('top-go-modules.txt').map(([path = '']) => path)
  const debian = rows('debian-go-modules.tsv').map(([path = '']) => path)
  for (const [module = '', target = '', kind = ''] of rows('known-squats.tsv')) {
    const own = target === '-' ? [] : [target]
    const index = new NameIndex(listed([...top, ...debian, ...own]))
    const found = index.match(module)
    if (ALERTING_KINDS.has(kind)) {
      const [first] = found
      assert.ok(first && alerts(first), `${module} does not alert: ${JSON.stringify(found)}`)
      if (target !== '-') assert.equal(first.target.toLowerCase(), target.toLowerCase())
    } else if (kind === 'same-repo-other-owner') {
      assert.ok(
        found.some((candidate) => candidate.target === target),
        `${module} is no candidate for ${target}`,
      )
    }
  }
})

test('the likeliest model of a look-alike domain is named', { skip }, () => {
  const index = new NameIndex(listed(rows('top-go-modules.txt').map(([path = '']) => path)))
  assert.equal(index.match('gogets.dev/btreex')[0]?.target, 'github.com/google/btree')
})

test('no known honest look-alike is strong, with few or many dependents', { skip }, () => {
  const top = rows('top-go-modules.txt').map(([path = '']) => path)
  for (const [module = '', target = ''] of rows('known-benign-lookalikes.tsv')) {
    for (const targets of [[target], [...top, target]]) {
      const strong = new NameIndex(listed(targets))
        .match(module)
        .filter(({ strength }) => strength === 'strong')
      assert.deepEqual(strong, [], module)
    }
  }
})

test('at most three of the modules that Debian packages alert next to the most used ones', { skip }, () => {
  const index = new NameIndex(listed(rows('top-go-modules.txt').map(([path = '']) => path)))
  const debian = rows('debian-go-modules.tsv').map(([path = '']) => path)
  const alerting = debian.filter((path) => index.match(path).some(alerts))
  assert.ok(alerting.length <= 3, alerting.join('\n'))
})

test('at most one in a thousand of the most used modules alerts next to those that Debian packages', {
  skip,
}, () => {
  const index = new NameIndex(listed(rows('debian-go-modules.tsv').map(([path = '']) => path)))
  const top = rows('top-go-modules.txt').map(([path = '']) => path)
  const alerting = top.filter((path) => index.match(path).some(alerts))
  assert.ok(alerting.length <= top.length / 1000, alerting.join('\n'))
})

test('all but one of the names that a stranger could register alert', { skip }, () => {
  const cases = rows('name-cases.tsv')
  const lists = [...rows('top-go-modules.txt'), ...rows('debian-go-modules.tsv')].map(([path = '']) => path)
  const index = new NameIndex(listed([...lists, ...cases.map(([, , target = '']) => target)]))
  const quiet = cases.map(([, path = '']) => path).filter((path) => !index.match(path).some(alerts))
  // The account go-viper belongs to the owner of viper.
  assert.deepEqual(quiet, ['github.com/go-viper/viper'])
})

test('the built-in list knows the modules that were imitated', async () => {
  const targets = await builtinTargets()
  const index = new NameIndex(targets, { aliases: await builtinAliases() })
  assert.ok(targets.length > 3000)
  assert.deepEqual(
    targets.filter((target) => modulePathFault(target.path) !== null),
    [],
  )
  for (const [module, target] of [
    ['github.com/utfave/cli', 'github.com/urfave/cli'],
    ['github.com/siruspen/logrus', 'github.com/sirupsen/logrus'],
    ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
  ]) {
    const [first] = index.match(module ?? '')
    assert.ok(first && alerts(first))
    assert.equal(first.target, target)
  }
  for (const [module, target] of [
    ['github.com/xinfeisoft/crypto', 'golang.org/x/crypto'],
    ['github.com/BufferZoneCorp/go-retryablehttp', 'github.com/hashicorp/go-retryablehttp'],
  ]) {
    assert.ok(index.match(module ?? '').some((candidate) => candidate.target === target))
  }
})

test('no module of the built-in list alerts next to the others', async () => {
  const targets = await builtinTargets()
  const index = new NameIndex(targets)
  assert.deepEqual(
    targets.flatMap((target) => index.match(target.path).filter(alerts)),
    [],
  )
})
