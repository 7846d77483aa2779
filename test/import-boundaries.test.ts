import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.join(import.meta.dirname, '..')

/** Allowed imports between our packages. Data flows in the opposite direction. */
const LAYERS: Record<string, readonly string[]> = {
  'packages/gomod': [],
  'packages/upstream': ['gomod'],
  'packages/detect': ['gomod'],
  'packages/verify': ['detect', 'upstream', 'gomod'],
  'packages/store': ['detect', 'upstream', 'gomod'],
  'packages/notify': ['store', 'detect', 'upstream', 'gomod'],
  'packages/pipeline': ['notify', 'verify', 'store', 'detect', 'upstream', 'gomod'],
  'packages/web': ['pipeline', 'notify', 'verify', 'store', 'detect', 'upstream', 'gomod'],
  'packages/world': ['upstream', 'gomod'],
  'packages/testing': [
    'world',
    'web',
    'pipeline',
    'notify',
    'verify',
    'store',
    'detect',
    'upstream',
    'gomod',
  ],
  'apps/cli': ['world', 'web', 'pipeline', 'notify', 'verify', 'store', 'detect', 'upstream', 'gomod'],
  'apps/crawler': ['pipeline'],
  'apps/web': ['web'],
  'apps/worker': ['pipeline'],
}

/** Packages that do no I/O and read no clock: what they may take from Node. Everything else of Node is refused. */
const PURE: Record<string, readonly string[]> = {
  'packages/gomod': [
    'node:crypto',
    'node:buffer',
    'node:zlib',
    'node:events',
    'node:stream',
    'node:stream/promises',
    'node:util',
  ],
  'packages/detect': ['node:crypto', 'node:buffer', 'node:url', 'node:zlib'],
}

interface Import {
  file: string
  specifier: string
}

function importsOf(part: string): Import[] {
  return globSync(`${part}/src/**/*.ts`, { cwd: root }).flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8')
    const found = text.matchAll(
      /^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)|^import\s+['"]([^'"]+)['"]/gm,
    )
    return [...found].map((match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? '' }))
  })
}

/** Returns the file that a relative import names, from the repository's root; null for an import of a package. */
function localTarget({ file, specifier }: Import): string | null {
  return specifier.startsWith('.') ? path.join(path.dirname(file), specifier) : null
}

for (const [part, allowed] of Object.entries(LAYERS)) {
  test(`${part} imports only ${allowed.join(', ') || 'no other package'}`, () => {
    const wrong = importsOf(part).filter(({ specifier }) => {
      const name = /^@mirrorwatch\/([^/]+)/.exec(specifier)?.[1]
      return name !== undefined && !allowed.includes(name)
    })
    assert.deepEqual(wrong, [])
  })

  test(`${part} stays inside its own folder with relative imports`, () => {
    const wrong = importsOf(part).filter((found) => localTarget(found)?.startsWith(`${part}/`) === false)
    assert.deepEqual(wrong, [])
  })

  test(`the folders of ${part} import each other in one direction`, () => {
    assert.deepEqual(findCycle(folderGraph(part)), [])
  })

  test(`${part} names its public modules one by one`, () => {
    const { exports = {} } = JSON.parse(readFileSync(path.join(root, part, 'package.json'), 'utf8')) as {
      exports?: Record<string, string>
    }
    const wildcards = Object.keys(exports).filter((name) => name.includes('*'))
    assert.deepEqual(wildcards, [])
  })
}

test('every package and app has a place in the layers', () => {
  const parts = globSync('{packages,apps}/*/package.json', { cwd: root }).map((file) => path.dirname(file))
  assert.deepEqual(parts.toSorted(), Object.keys(LAYERS).toSorted())
})

for (const [part, allowed] of Object.entries(PURE)) {
  test(`${part} does no I/O`, () => {
    const wrong = importsOf(part).filter(
      ({ specifier }) => specifier.startsWith('node:') && !allowed.includes(specifier),
    )
    assert.deepEqual(wrong, [])
  })
}

test('a stage does not import another stage', () => {
  const stageOf = (file: string): string | undefined => /pipeline\/src\/stages\/([^/]+)\//.exec(file)?.[1]
  const wrong = importsOf('packages/pipeline').filter((found) => {
    const from = stageOf(found.file)
    const to = stageOf(localTarget(found) ?? '')
    return from !== undefined && to !== undefined && from !== to
  })
  assert.deepEqual(wrong, [])
})

test('there are no barrels', () => {
  assert.deepEqual(globSync('{packages,apps}/*/src/**/index.ts', { cwd: root }), [])
})

test('no folder holds more than twenty source files', () => {
  const counts = new Map<string, number>()
  for (const file of globSync(['{packages,apps}/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'], { cwd: root })) {
    if (file.includes('node_modules')) continue
    counts.set(path.dirname(file), (counts.get(path.dirname(file)) ?? 0) + 1)
  }
  assert.deepEqual(
    [...counts].filter(([, count]) => count > 20),
    [],
  )
})

/**
 * Returns which folders each folder of `part` imports. A folder is what stands between `src/` and the file's name; files that
 * stand in `src/` itself are the package's shared words and its entry points, and do not count.
 */
function folderGraph(part: string): Map<string, Set<string>> {
  const folderOf = (file: string): string => path.relative(`${part}/src`, path.dirname(file))
  const graph = new Map<string, Set<string>>()
  for (const found of importsOf(part)) {
    const target = localTarget(found)
    const from = folderOf(found.file)
    const to = target === null ? from : folderOf(target)
    if (from === to || from === '' || to === '') continue
    graph.set(from, (graph.get(from) ?? new Set()).add(to))
  }
  return graph
}

/** Returns the nodes of one cycle of `graph`, with the first one repeated at the end. Returns an empty list without a cycle. */
function findCycle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (node: string): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return []
    path.push(node)
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next)
      if (cycle.length > 0) return cycle
    }
    path.pop()
    done.add(node)
    return []
  }
  for (const node of graph.keys()) {
    const cycle = visit(node)
    if (cycle.length > 0) return cycle
  }
  return []
}
