import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import { Command, Option } from 'commander'
import { alerts, type Checked, isAlerting } from '../checked.ts'
import { readCheckArguments } from '../inputs/check-inputs.ts'
import { type NameOptions, readNameSetup } from '../inputs/name-setup.ts'
import { knownFindings } from '../known-findings.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { explainError } from '../output/explain.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'

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

export function checkCommand(): Command {
  return new Command('check')
    .description('Are these names look-alikes, and is anything known about them?')
    .argument(
      '<path or file...>',
      'module paths; go.mod, go.sum, go.work, vendor/modules.txt, CycloneDX (JSON, XML), SPDX (JSON, text) or Syft JSON',
    )
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
    .action(check)
}

async function check(args: string[], options: Options): Promise<void> {
  const { modules, files, faults } = await readCheckArguments(args)
  // The embedded store opens in a thread of its own while the index is built.
  const [findings, index] = await Promise.all([knownFindings(modules), nameIndex(options)])
  const findingsOf = Map.groupBy(findings, ({ module }) => module)
  const alerting: Checked[] = []
  for (const module of modules) {
    const checked = {
      module,
      candidates: index.match(module),
      findings: findingsOf.get(module) ?? [],
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

async function nameIndex(options: Options): Promise<NameIndex> {
  const { targets, allow, aliases } = await readNameSetup(options)
  return new NameIndex(targets, { allow, aliases })
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
