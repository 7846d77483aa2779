import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Candidate } from '@mirrorwatch/detect/types'
import { type SarifResult, writeSarif } from '@mirrorwatch/pipeline/export/sarif'
import type { Checked } from './commands/check.ts'

/** Writes what alerts as SARIF, each at the first line of the first given file that names the module. */
export async function writeCheckSarif(
  args: readonly string[],
  alerting: readonly Checked[],
  write: (line: string) => Promise<void>,
): Promise<void> {
  const lines = await linesOf(args.filter((arg) => existsSync(arg)))
  const results = alerting.flatMap((checked) => resultsOf(checked, placeOf(lines, checked.module)))
  const ids = [...new Set(results.map(({ rule }) => rule))]
  const rules = ids.map((id) => ({
    id,
    title: `Name rule ${id}`,
    meaning: 'See the table of rules in docs/rules.md.',
  }))
  await writeSarif(rules, results, write)
}

interface Line {
  file: string
  line: number
  words: string[]
}

/** What go.mod, go.sum and bills of materials put around a module path. */
const SEPARATORS = /[\s"'`(),]+/

async function linesOf(files: readonly string[]): Promise<Line[]> {
  const all: Line[] = []
  for (const file of files) {
    const text = await readFile(file, 'utf8')
    for (const [i, untrusted] of text.split('\n').entries()) {
      // A comment names modules that are not required.
      const [code = untrusted] = file.endsWith('.mod') ? untrusted.split('//', 1) : [untrusted]
      all.push({ file, line: i + 1, words: code.split(SEPARATORS) })
    }
  }
  return all
}

function placeOf(lines: readonly Line[], module: string): SarifResult['place'] {
  const line = lines.find(({ words }) => words.includes(module))
  return line === undefined ? null : { file: line.file, line: line.line }
}

function resultsOf({ module, candidates, findings }: Checked, place: SarifResult['place']): SarifResult[] {
  const names = candidates.filter(alerts).map(
    ({ target, rule, strength, reason }): SarifResult => ({
      rule,
      severity: strength === 'strong' ? 'high' : 'medium',
      message: `${module} looks like ${target}: ${reason}`,
      module,
      place,
      fingerprint: `${rule}:${module}>${target}`,
      properties: { target, strength },
    }),
  )
  const known = findings.map(
    ({ id, target, severity, status, summary }): SarifResult => ({
      rule: 'known-finding',
      severity,
      message: `${module}: ${summary}`,
      module,
      place,
      fingerprint: `finding:${module}>${target ?? ''}`,
      properties: { id, target, status },
    }),
  )
  return [...names, ...known]
}

function alerts({ strength }: Candidate): boolean {
  return strength === 'strong' || strength === 'medium'
}
