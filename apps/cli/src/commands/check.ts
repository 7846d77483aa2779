import { buildNameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Candidate, Severity } from '@mirrorwatch/detect/types'
import { Command, Option } from 'commander'
import { readCheckArguments } from '../check-inputs.ts'
import { writeCheckSarif } from '../check-sarif.ts'
import { EXIT, exitWith, note, printJson, printLine, visible } from '../cli.ts'
import { type NameOptions, readNameSetup } from '../name-inputs.ts'

/** What a store knows of a module. */
export interface KnownFinding {
  id: number
  module: string
  target: string | null
  severity: Severity
  status: string
  summary: string
}

/** Findings on any of the modules; empty where nothing is known. */
export type KnownFindings = (modules: readonly string[]) => Promise<readonly KnownFinding[]>

interface Options extends NameOptions {
  json?: true
  all?: true
  format?: 'text' | 'json' | 'sarif'
}

const HELP = `
Says which names look like another module's, and why; and what the store knows of them, where there is one.
Exits with 1 where a name alerts (strong, medium) or an open finding of medium severity or more is known.

Examples:
  mirrorwatch check github.com/boltdb-go/bolt
  mirrorwatch check go.mod go.sum
  mirrorwatch check go.mod --format sarif > mirrorwatch.sarif
  mirrorwatch check --json bom.cdx.json`

export function checkCommand(known?: KnownFindings): Command {
  return new Command('check')
    .description('Are these names look-alikes, and is anything known about them?')
    .argument('<path or file...>', 'module paths; go.mod, go.sum, CycloneDX or SPDX (JSON) files')
    .option(
      '--targets <file>',
      'one path a line, or path,dependents (CSV, TSV, gzip); default: the built-in list',
    )
    .option('--allow <file>', 'names that are known to be honest')
    .option('--all', 'also names that are only worth comparing (weak, candidate)')
    .option('--json', 'one JSON object a line for each module')
    .addOption(
      new Option('--format <format>', 'sarif: for code scanning, at file and line').choices([
        'text',
        'json',
        'sarif',
      ]),
    )
    .addHelpText('after', HELP)
    .action((args: string[], options: Options) => check(args, options, known))
}

export interface Checked {
  module: string
  candidates: Candidate[]
  findings: KnownFinding[]
}

async function check(args: string[], options: Options, known: KnownFindings | undefined): Promise<void> {
  const modules = await readCheckArguments(args)
  const { targets, allow, aliases } = await readNameSetup(options)
  const index = buildNameIndex(targets, { allow, aliases })
  const findings = known === undefined ? [] : await known(modules)
  let alerting = 0
  const alerts: Checked[] = []
  for (const module of modules) {
    const checked = {
      module,
      candidates: index.match(module),
      findings: findings.filter((finding) => finding.module === module),
    }
    if (isAlerting(checked)) {
      alerting++
      alerts.push(checked)
    }
    if (options.format === 'sarif') continue
    if (options.json || options.format === 'json') await printJson(checked)
    else await printChecked(checked, options.all === true)
  }
  if (options.format === 'sarif') await writeCheckSarif(args, alerts, printLine)
  note(`${modules.length} ${modules.length === 1 ? 'module' : 'modules'} checked, ${alerting} to look at`)
  exitWith(alerting > 0 ? EXIT.found : EXIT.fine)
}

const SERIOUS: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium'])

function isAlerting({ candidates, findings }: Checked): boolean {
  return (
    candidates.some(alerts) ||
    findings.some(({ severity, status }) => SERIOUS.has(severity) && status !== 'dismissed')
  )
}

function alerts({ strength }: Candidate): boolean {
  return strength === 'strong' || strength === 'medium'
}

async function printChecked({ module, candidates, findings }: Checked, all: boolean): Promise<void> {
  const shown = all ? candidates : candidates.filter(alerts)
  if (shown.length === 0 && findings.length === 0) return
  await printLine(visible(module))
  for (const { target, strength, rule, reason } of shown) {
    await printLine(`  looks like ${visible(target)} (${strength}, ${rule})`)
    await printLine(`    ${visible(reason)}`)
  }
  for (const { id, severity, status, summary } of findings) {
    await printLine(`  ${severity} finding ${id} (${status}): ${visible(summary)}`)
  }
}
