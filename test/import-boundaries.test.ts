import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.join(import.meta.dirname, '..')

/** What each part may import of ours; data flows the other way. */
const ALLOWED: Record<string, string[]> = {
  'packages/gomod': [],
  'packages/detect': ['gomod'],
  'packages/store': ['detect'],
  'packages/world': ['gomod'],
  'packages/pipeline': ['store', 'detect', 'gomod'],
  'apps/cli': ['pipeline', 'store', 'detect', 'gomod', 'world'],
  'apps/crawler': ['pipeline', 'store', 'detect', 'gomod', 'world'],
  'apps/worker': ['pipeline', 'store', 'detect', 'gomod', 'world'],
}
/** gomod's files that do I/O; detect is pure and must not reach them. */
const IMPURE = /^(http|proxy|feed|sumdb|repository|git\/(?!tree|pkt-line)|address-guard|rate-limit)/
const NODE_IO = /^node:(fs|net|http|https|child_process|dns|tls|worker_threads|timers)/

interface Import {
  file: string
  specifier: string
  typeOnly: boolean
}

function importsOf(pattern: string): Import[] {
  return globSync(pattern, { cwd: root }).flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8')
    const found = text.matchAll(
      /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)|^import\s+['"]([^'"]+)['"]/gm,
    )
    return [...found].map((m) => ({
      file,
      specifier: m[2] ?? m[3] ?? m[4] ?? '',
      typeOnly: m[1] !== undefined,
    }))
  })
}

for (const [part, allowed] of Object.entries(ALLOWED)) {
  test(`${part} imports only ${allowed.join(', ') || 'nothing of ours'}`, () => {
    const imports = importsOf(`${part}/src/**/*.ts`)
    const wrong = imports.filter(({ specifier }) => {
      const name = /^@mirrorwatch\/([^/]+)/.exec(specifier)?.[1]
      return name !== undefined && !allowed.includes(name)
    })
    assert.deepEqual(wrong, [])
  })

  test(`${part} does not reach into another part by a relative path`, () => {
    const wrong = importsOf(`${part}/src/**/*.ts`).filter(
      ({ file, specifier }) =>
        specifier.startsWith('.') && !path.join(path.dirname(file), specifier).startsWith(`${part}/`),
    )
    assert.deepEqual(wrong, [])
  })
}

test('the store knows of detect its types alone', () => {
  const wrong = importsOf('packages/store/src/**/*.ts').filter(
    ({ specifier, typeOnly }) => specifier.startsWith('@mirrorwatch/detect') && !typeOnly,
  )
  assert.deepEqual(wrong, [])
})

test('detect does no I/O, nor through gomod', () => {
  const wrong = importsOf('packages/detect/src/**/*.ts').filter(({ specifier, typeOnly }) => {
    const gomod = /^@mirrorwatch\/gomod\/(.+)/.exec(specifier)?.[1]
    return NODE_IO.test(specifier) || (!typeOnly && gomod !== undefined && IMPURE.test(gomod))
  })
  assert.deepEqual(wrong, [])
})

test('there are no barrels', () => {
  const barrels = globSync('{packages,apps}/*/src/**/index.ts', { cwd: root })
  assert.deepEqual(barrels, [])
})
