import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import { Command, Option } from 'commander'
import { alerts, type Checked, isAlerting } from '../checked.ts'
import { readCheckArguments } from '../inputs/check-inputs.ts'
import { type NameOptions, readNameSetup } from '../inputs/name-setup.ts'
import { knowledge } from '../known-findings.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { explainError } from '../output/explain.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'

interface Options extends NameOptions {
  json?: true
  all?: true
  format?: 'text' | 'json' | 'sarif'
}

const HELP = `
Says which names look like another module's, and why. Needs no database. If there is one, its targets and its allow list are
used, and its findings and the imported lists of malicious modules (mirrorwatch known import) are reported as well.

Examples:
  mirrorwatch check github.com/boltdb-go/bolt
  mirrorwatch check go.mod go.sum
  mirrorwatch check go.mod --format sarif > mirrorwatch.sarif
  mirrorwatch check --json bom.cdx.json

Exit codes: 0 nothing to report; 1 a name alerts (strong, medium), a module is listed as malicious, or has an undismissed finding
of medium severity or above; 2 the check failed.`

export function checkCommand(): Command {
  return new Command('check')
    .argument(
      '<path or file...>',
      'module paths; go.mod, go.sum, go.work, vendor/modules.txt, CycloneDX (JSON, XML), SPDX (JSON, text) or Syft JSON',
    )
    .option(
      '--targets <file>',
      'compare with these modules: a path, or a path and its dependents, per line (CSV, TSV, gzip)',
    )
    .option('--allow <file>', 'names that are known to be honest')
    .option('--all', 'also print names that are only similar (weak, candidate)')
    .addOption(new Option('--json', 'print one JSON object per module').conflicts('format'))
    .addOption(
      new Option('--format <format>', 'output format; sarif is for code scanning').choices([
        'text',
        'json',
        'sarif',
      ]),
    )
    .addHelpText('after', HELP)
    .action(check)
}

async function check(args: string[], options: Options): Promise<void> {
  const { modules, files, faults } = await readCheckArguments(args)
  const known = await knowledge(modules)
  const { targets, allow, aliases } = await readNameSetup(options, known)
  const index = new NameIndex(targets, { allow, aliases })
  const findingsOf = Map.groupBy(known?.findings ?? [], ({ module }) => module)
  const listedOf = Map.groupBy(known?.listed ?? [], ({ module }) => module)
  const alerting: Checked[] = []
  for (const module of modules) {
    const checked = {
      module,
      candidates: index.match(module),
      findings: findingsOf.get(module) ?? [],
      listed: listedOf.get(module) ?? [],
    }
    if (isAlerting(checked)) alerting.push(checked)
    if (options.format === 'sarif') continue
    if (options.json || options.format === 'json') await printJson(checked)
    else await printChecked(checked, options.all === true)
  }
  if (options.format === 'sarif') {
    const { writeCheckSarif } = await import('../check-sarif.ts')
    await writeCheckSarif(files, alerting, printLine)
  }
  note(
    `${modules.length} ${modules.length === 1 ? 'module' : 'modules'} checked, ${alerting.length} to look at`,
  )
  for (const fault of faults) explainError(fault)
  exitWith(faults.length > 0 ? EXIT.failed : alerting.length > 0 ? EXIT.found : EXIT.fine)
}

async function printChecked({ module, candidates, findings, listed }: Checked, all: boolean): Promise<void> {
  const shown = all ? candidates : candidates.filter(alerts)
  if (shown.length + findings.length + listed.length === 0) return
  await printLine(visible(module))
  for (const { id, source, summary } of listed) {
    await printLine(visible(`  listed as malicious: ${id} in ${source}: ${summary}`))
  }
  for (const { target, strength, rule, reason } of shown) {
    await printLine(`  looks like ${visible(target)} (${strength}, ${rule})`)
    await printLine(`    ${visible(reason)}`)
  }
  for (const { id, severity, status, summary } of findings) {
    await printLine(`  ${severity} finding ${id} (${status}): ${visible(summary)}`)
  }
}
