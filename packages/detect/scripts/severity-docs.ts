/** Writes docs/severity.md from the tables; with `--check` only says whether it is up to date (exit 1 where not). */
import { readFileSync, writeFileSync } from 'node:fs'
import { severityDocument } from '../src/judge/severity-docs.ts'

const file = new URL('../../../docs/severity.md', import.meta.url)
const text = severityDocument()
if (!process.argv.includes('--check')) {
  writeFileSync(file, text)
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    'docs/severity.md is not what the tables say: run node packages/detect/scripts/severity-docs.ts',
  )
  process.exitCode = 1
}
