import path from 'node:path'
import { type SarifResult, writeSarif } from '@mirrorwatch/notify/writers/sarif'
import { alerts, type Checked } from './checked.ts'
import type { CheckInputs } from './inputs/check-inputs.ts'

/** Writes what alerts as SARIF, each at the first line of the first given file that names the module. */
export async function writeCheckSarif(
  files: CheckInputs['files'],
  alerting: readonly Checked[],
  write: (line: string) => Promise<void>,
): Promise<void> {
  const texts = files.map(({ name, text }) => ({
    file: relativeName(name),
    text: withoutComments(name, text),
  }))
  const results = alerting.flatMap((checked) => resultsOf(checked, placeOf(texts, checked.module)))
  const ids = [...new Set(results.map(({ rule }) => rule))]
  const rules = ids.map((id) => ({
    id,
    title: id === 'known-finding' ? 'Known finding' : `Name rule ${id}`,
    meaning: id === 'known-finding' ? 'See docs/severity.md.' : 'See the table of rules in docs/rules.md.',
  }))
  await writeSarif(rules, results, write)
}

/** Code hosts know files by their place in the checkout, which is where a CI job runs. */
function relativeName(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file))
  return relative.startsWith('..') ? file : relative
}

/** A comment of a go.mod names modules that are not required. */
function withoutComments(file: string, text: string): string {
  return file.endsWith('.mod') ? text.replaceAll(/\/\/.*/g, '') : text
}

function placeOf(texts: readonly { file: string; text: string }[], module: string): SarifResult['place'] {
  // Alone between what go.mod, go.sum and bills of materials put around a path; package URLs are in small letters.
  const literal = module.replaceAll(/[.+]/g, '\\$&')
  const named = new RegExp(`(?<=^|[^\\w.~/-]|pkg:/*golang/)${literal}(?![\\w.~/-])`, 'im')
  for (const { file, text } of texts) {
    const at = text.search(named)
    if (at !== -1) return { file, line: text.slice(0, at).split('\n').length }
  }
  return null
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
