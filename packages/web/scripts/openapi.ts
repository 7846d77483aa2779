// Writes packages/web/generated/openapi.json from the routes; with --check, fails where the file differs.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openApiDocument } from '../src/api/api.ts'

const file = path.join(import.meta.dirname, '../generated/openapi.json')
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    'packages/web/generated/openapi.json is out of date: run node packages/web/scripts/openapi.ts',
  )
  process.exitCode = 1
}
