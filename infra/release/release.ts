// Makes a release: `node infra/release/release.ts --out DIR`, on a clean checkout of the commit to release.
//
// Checks that every place names the version of package.json and that CHANGELOG.md has it; then writes into DIR the tarball, a
// bill of materials of what it installs (CycloneDX), the provenance (an in-toto statement, to be signed by who builds) and
// SHA256SUMS over all. Publishing is left to the last lines that it prints.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { versionFaults } from './version-places.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

function run(command: string, args: readonly string[], cwd = ROOT): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function main(): void {
  const { values } = parseArgs({ options: { out: { type: 'string' } } })
  if (values.out === undefined) throw new Error('usage: node infra/release/release.ts --out DIR')
  const out = path.resolve(values.out)
  const { version } = JSON.parse(read('package.json')) as { version: string }
  check(version)
  mkdirSync(out, { recursive: true })
  if (readdirSync(out).length > 0) throw new Error(`${out} is not empty`)
  const started = new Date()
  run(process.execPath, ['infra/package/pack.ts', '--pack-destination', out])
  const tarball = `mirrorwatch-${version}.tgz`
  writeFileSync(path.join(out, `mirrorwatch-${version}.cdx.json`), billOfMaterials(path.join(out, tarball)))
  const statement = provenance(tarball, sha256(path.join(out, tarball)), started)
  writeFileSync(
    path.join(out, `mirrorwatch-${version}.intoto.json`),
    `${JSON.stringify(statement, null, 2)}\n`,
  )
  const sums = readdirSync(out)
    .toSorted()
    .map((name) => `${sha256(path.join(out, name))}  ${name}\n`)
  writeFileSync(path.join(out, 'SHA256SUMS'), sums.join(''))
  process.stdout.write(`${out}: ${readdirSync(out).join(', ')}

To publish:
  git tag --sign v${version} && git push origin v${version}
  npm publish --provenance ${path.join(out, tarball)}
`)
}

/** @throws Error naming everything that keeps this commit from being released */
function check(version: string): void {
  const faults = versionFaults(version, read)
  if (!new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b`, 'm').test(read('CHANGELOG.md')))
    faults.push(`CHANGELOG.md has no section ## ${version}`)
  if (run('git', ['status', '--porcelain']).trim() !== '') faults.push('the checkout has changes')
  if (run('git', ['tag', '--list', `v${version}`]).trim() !== '') faults.push(`the tag v${version} exists`)
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

/** Returns the bill of materials of an install of the tarball, optional parts included. */
function billOfMaterials(tarball: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-release-'))
  try {
    // npm refuses to describe a folder without a name and a version.
    writeFileSync(path.join(folder, 'package.json'), '{"name":"mirrorwatch-install","version":"0.0.0"}')
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', tarball], folder)
    return run('npm', ['sbom', '--sbom-format', 'cyclonedx'], folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Returns where the tarball comes from: https://slsa.dev/spec/v1.0/provenance */
function provenance(name: string, digest: string, started: Date): unknown {
  const commit = run('git', ['rev-parse', 'HEAD']).trim()
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'infra/release/release.ts',
        externalParameters: { commit },
        resolvedDependencies: [
          { uri: 'git', digest: { gitCommit: commit } },
          { uri: 'package-lock.json', digest: { sha256: sha256(path.join(ROOT, 'package-lock.json')) } },
        ],
      },
      runDetails: {
        builder: { id: process.env['GITHUB_WORKFLOW_REF'] ?? 'local' },
        metadata: { startedOn: started.toISOString(), finishedOn: new Date().toISOString() },
      },
    },
  }
}

main()
