import path from 'node:path'
import { compareSeverity } from '@mirrorwatch/detect/severity'
import {
  rulesBySeverity,
  type SarifResult,
  type SarifRule,
  writeSarif,
} from '@mirrorwatch/notify/writers/sarif'
import { isSetAside } from '@mirrorwatch/store/status'
import { alerts, type Checked } from './checked.ts'
import type { CheckInputs } from './inputs/check-inputs.ts'

/** Writes what alerts as SARIF. */
export async function writeCheckSarif(
  files: CheckInputs['files'],
  alerting: readonly Checked[],
  write: (line: string) => Promise<void>,
): Promise<void> {
  const results = checkResults(files, alerting)
  await writeSarif(rulesOf(results), results, write)
}

/** Returns what alerts, each at the first line of the first given file that names the module. */
export function checkResults(files: CheckInputs['files'], alerting: readonly Checked[]): SarifResult[] {
  const texts = files.map(({ name, text }) => ({
    file: relativeName(name),
    text: decoded(withoutComments(name, text)),
  }))
  return alerting.flatMap((checked) => resultsOf(checked, placeOf(texts, checked.module)))
}

const KNOWN_RULES = rulesBySeverity('known-finding', {
  title: 'Known finding',
  meaning: 'The database has a finding on this module.',
  help: 'Look at it with `mirrorwatch findings show ID`; docs/severity.md says what each severity means.',
})

function rulesOf(results: readonly SarifResult[]): SarifRule[] {
  return [...Map.groupBy(results, ({ rule }) => rule)].flatMap(([id, same]) => {
    const known = KNOWN_RULES.find((rule) => rule.id === id)
    if (known !== undefined) return [known]
    // A name rule can be strong for one target and medium for another. The rule gets the highest of these severities.
    const [worst] = same.map(({ severity }) => severity).toSorted(compareSeverity)
    return worst === undefined ? [] : [nameRule(id, worst)]
  })
}

function nameRule(id: string, severity: SarifRule['severity']): SarifRule {
  return {
    id,
    title: `Name rule ${id}`,
    meaning:
      'The module path can be taken for that of another module. See the table of rules in docs/rules.md.',
    severity,
    help: 'Compare the path with the one that was meant. `mirrorwatch verify` compares the code with its repository; a name that is known to be honest belongs on the allow list.',
  }
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

/** Package URLs may write `/` as `%2F`, and JSON as `\\/`. Line ends stay where they are, so that lines can be counted. */
function decoded(text: string): string {
  return text
    .replaceAll('\\/', '/')
    .replaceAll(/%(?!0[ad])([2-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
}

function placeOf(texts: readonly { file: string; text: string }[], module: string): SarifResult['place'] {
  // Alone between what go.mod, go.sum and bills of materials put around a path; package URLs are in small letters.
  const literal = module.replaceAll(/[.+]/g, '\\$&')
  const named = new RegExp(`(?<=^|[^\\w.~/-]|pkg:/*golang/)${literal}(?![\\w.~/-])`, 'im')
  for (const { file, text } of texts) {
    const at = text.search(named)
    if (at !== -1) return { file, line: text.slice(0, at).split('\n').length }
  }
  // A bill may spell a name in pieces. Code hosts want a file all the same.
  const [first] = texts
  return first === undefined ? null : { file: first.file, line: 1 }
}

function resultsOf(
  { module, candidates, findings, listed }: Checked,
  place: SarifResult['place'],
): SarifResult[] {
  const names = candidates.filter(alerts).map(
    ({ target, rule, strength, reason }): SarifResult => ({
      rule,
      severity: strength === 'strong' ? 'high' : 'medium',
      message: `${module} looks like ${target}: ${reason}`,
      module,
      place,
      fingerprint: `${rule}:${module}>${target}`,
      suppressed: null,
      properties: { target, strength },
    }),
  )
  const known = findings.map(
    ({ id, target, severity, status, summary }): SarifResult => ({
      rule: `known-finding-${severity}`,
      severity,
      message: `${module}: ${summary}`,
      module,
      place,
      fingerprint: `finding:${module}>${target ?? ''}`,
      suppressed: isSetAside(status) ? 'dismissed, see mirrorwatch findings show' : null,
      properties: { id, target, status },
    }),
  )
  const malicious = listed.map(
    ({ id, source, summary, versions }): SarifResult => ({
      rule: 'known-finding-critical',
      severity: 'critical',
      message: `${[module, ...(versions ?? [])].join(' ')} is listed as malicious: ${id} in ${source}: ${summary}`,
      module,
      place,
      fingerprint: `listed:${module}>${source}/${id}`,
      suppressed: null,
      properties: { id, source, versions },
    }),
  )
  return [...malicious, ...names, ...known]
}
