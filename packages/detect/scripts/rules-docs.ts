/** Writes docs/rules.md from the rule table; with `--check` only says whether it is up to date (exit 1 where not). */
import { readFileSync, writeFileSync } from 'node:fs'
import { rulesDocument } from '../src/names/rules-docs.ts'

const file = new URL('../../../docs/rules.md', import.meta.url)
const text = rulesDocument()
if (!process.argv.includes('--check')) {
  writeFileSync(file, text)
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/rules.md is not what the table says: run node packages/detect/scripts/rules-docs.ts')
  process.exitCode = 1
}
