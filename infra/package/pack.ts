// Writes the tarball of the one package that people install: `npm run pack -- --pack-destination DIR`.
//
// A checkout runs TypeScript as it is, but Node strips no types below node_modules. So a release compiles every package and
// app into one tree that keeps the repository's folders, turns imports of our packages into relative ones, and lists what the
// packages need from the registry as its dependencies.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = path.join(import.meta.dirname, '../..')

/** Oldest Node that the compiled code runs on: `zlib.crc32`, `import.meta.dirname` and undici 8 ask for it. */
const ENGINES = { node: '>=22.19' }

/**
 * Dependencies of the commands that need no store: check, match, verify, sum. All others are optional, and
 * `npm install --omit=optional` leaves them out; `explainError` says so when a command misses one.
 */
const REQUIRED: readonly string[] = [
  'commander',
  'cron-parser',
  'csv-parse',
  'diff',
  'fastest-levenshtein',
  'smol-toml',
  'tar-stream',
  'undici',
  'yauzl',
  'zod',
]

/** Data files that the code reads at run time. */
const DATA = [
  'packages/detect/data',
  'packages/world/fixtures',
  'packages/*/src/**/*.html',
  'packages/*/src/assets/files',
] as const

interface Manifest {
  name: string
  version: string
  description: string
  license: string
  exports?: Record<string, string>
  dependencies?: Record<string, string>
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as Manifest
}

function main(): void {
  const { values } = parseArgs({
    options: {
      'pack-destination': { type: 'string', default: '.' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(
      'usage: npm run pack -- [--pack-destination DIR]\n\nWrites mirrorwatch-VERSION.tgz into DIR (here by default).\n',
    )
    return
  }
  const destination = path.resolve(values['pack-destination'])
  const stage = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-pack-'))
  try {
    compile(stage)
    copyData(stage)
    writeManifest(stage)
    mkdirSync(destination, { recursive: true })
    const output = execFileSync('npm', ['pack', '--silent', '--pack-destination', destination], {
      cwd: stage,
      encoding: 'utf8',
    })
    process.stdout.write(`${path.join(destination, output.trim().split('\n').at(-1) ?? '')}\n`)
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** Compiles into `stage/dist`, and points what is compiled at what is compiled. */
function compile(stage: string): void {
  const dist = path.join(stage, 'dist')
  execFileSync('tsc', ['-p', path.join(import.meta.dirname, 'tsconfig.json'), '--outDir', dist], {
    stdio: 'inherit',
  })
  for (const file of globSync('**/*.{js,d.ts}', { cwd: dist })) {
    const absolute = path.join(dist, file)
    writeFileSync(absolute, rewriteSpecifiers(readFileSync(absolute, 'utf8'), file))
  }
}

/**
 * Returns compiled text with `@mirrorwatch/PACKAGE/MODULE` as a relative path from `file`, and with worker and child scripts,
 * which the compiler takes for data, named as they are now.
 */
function rewriteSpecifiers(text: string, file: string): string {
  return text
    .replaceAll(
      /(['"])@mirrorwatch\/([^/'"]+)\/([^'"]+)\1/g,
      (_all, quote: string, name: string, module: string) => {
        const target = `packages/${name}/src/${module}.js`
        const relative = path.posix.relative(path.posix.dirname(file), target)
        return `${quote}${relative.startsWith('.') ? relative : `./${relative}`}${quote}`
      },
    )
    .replaceAll(/new URL\((['"])(\.[^'"]+)\.ts\1, import\.meta\.url\)/g, "new URL('$2.js', import.meta.url)")
}

function copyData(stage: string): void {
  for (const file of DATA.flatMap((pattern) => globSync(pattern, { cwd: ROOT })))
    cpSync(path.join(ROOT, file), path.join(stage, 'dist', file), { recursive: true })
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md'])
    cpSync(path.join(ROOT, file), path.join(stage, file))
}

function writeManifest(stage: string): void {
  const { version, description, license } = readManifest('.')
  const needed = dependenciesOf(['packages/*', 'apps/*'])
  const isRequired = ([name]: [string, string]): boolean => REQUIRED.includes(name)
  const manifest = {
    name: 'mirrorwatch',
    version,
    description,
    license,
    type: 'module',
    bin: { mirrorwatch: 'dist/apps/cli/src/main.js' },
    exports: { './package.json': './package.json' },
    engines: ENGINES,
    files: ['dist', 'CHANGELOG.md'],
    dependencies: Object.fromEntries(needed.filter(isRequired)),
    optionalDependencies: Object.fromEntries(needed.filter((one) => !isRequired(one))),
  }
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const bin = path.join(stage, manifest.bin.mirrorwatch)
  writeFileSync(bin, `#!/usr/bin/env node\n${readFileSync(bin, 'utf8')}`)
  chmodSync(bin, 0o755)
}

/** Returns what the packages and apps that are shipped take from the registry, each at the version that was tested. */
function dependenciesOf(patterns: readonly string[]): [name: string, version: string][] {
  const manifests = patterns
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .filter((folder) => folder !== 'packages/testing')
    .map((folder) => readManifest(folder))
  const names = new Set(manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies)))
  return [...names]
    .filter((name) => !name.startsWith('@mirrorwatch/'))
    .toSorted()
    .map((name) => [name, lockedVersion(name)])
}

function lockedVersion(name: string): string {
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>
  }
  const version = lock.packages[`node_modules/${name}`]?.version
  if (version === undefined) throw new Error(`package-lock.json has no ${name}: run npm install`)
  return version
}

main()
