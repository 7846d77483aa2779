import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import { Command, Option } from 'commander'
import { alerts, type Checked, isAlerting, listedInUse, withoutIgnored } from '../checked.ts'
import type { IgnoreEntry } from '../ignores.ts'
import { readCheckArguments } from '../inputs/check-inputs.ts'
import { IGNORE_FILE, type IgnoreOptions, readIgnores } from '../inputs/ignore-file.ts'
import { type NameOptions, readNameSetup } from '../inputs/name-setup.ts'
import { knowledge } from '../known-findings.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { explainError } from '../output/explain.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'
import { isVerdict } from '../verified.ts'

interface Options extends NameOptions, IgnoreOptions {
  json?: true
  all?: true
  format?: 'text' | 'json' | 'sarif' | 'github'
}

const HELP = `
Says which names look like another module's, and why. Needs no database. If the environment names one (DATABASE_URL or
MIRRORWATCH_DATA_DIR), its targets and its allow list are
used, and its findings and the imported lists of malicious modules (mirrorwatch known import) are reported as well. Of a module
that is listed with versions, only these count; without a version, each entry does.

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
    .option(
      '--ignore <file>',
      `what to ignore, with reasons and ends (default: ${IGNORE_FILE} in this folder)`,
    )
    .option('--no-ignore', 'read no such file')
    .option('--all', 'also print names that are only similar (weak, candidate)')
    .addOption(new Option('--json', 'print one JSON object per module').conflicts('format'))
    .addOption(
      new Option(
        '--format <format>',
        'output format; sarif is for code scanning, github for annotations in GitHub Actions',
      ).choices(['text', 'json', 'sarif', 'github']),
    )
    .addHelpText('after', HELP)
    .action(check)
}

async function check(args: string[], options: Options): Promise<void> {
  const { modules, versions, files, faults } = await readCheckArguments(args)
  const ignores = await readIgnores(options)
  const known = await knowledge(modules)
  const { targets, allow, aliases } = await readNameSetup(options, known)
  const index = new NameIndex(targets, { allow, aliases })
  const findingsOf = Map.groupBy(known?.findings ?? [], ({ module }) => module)
  const listedOf = Map.groupBy(known?.listed ?? [], ({ module }) => module)
  const alerting: Checked[] = []
  let ignored = 0
  for (const module of modules) {
    const checked = withoutIgnored(ignores, {
      module,
      candidates: index.match(module),
      findings: findingsOf.get(module) ?? [],
      listed: listedInUse(listedOf.get(module) ?? [], versions.get(module) ?? null),
      ignored: [],
    })
    ignored += checked.ignored.length
    if (isAlerting(checked)) alerting.push(checked)
    if (options.format === 'sarif' || options.format === 'github') continue
    if (options.json || options.format === 'json') await printJson(checked)
    else await printChecked(checked, options.all === true)
  }
  if (options.format === 'sarif') {
    const { writeCheckSarif } = await import('../check-sarif.ts')
    await writeCheckSarif(files, alerting, printLine)
  }
  if (options.format === 'github') {
    const { writeCheckAnnotations } = await import('../check-annotations.ts')
    await writeCheckAnnotations(files, alerting, printLine)
  }
  const count = `${modules.length} ${modules.length === 1 ? 'module' : 'modules'} checked`
  note(`${count}, ${alerting.length} to look at${ignored === 0 ? '' : `, ${ignored} ignored`}`)
  if (files.length > 0)
    for (const remark of ignores.remarks(new Set(modules), isForNames)) note(visible(remark))
  for (const fault of faults) explainError(fault)
  exitWith(faults.length > 0 ? EXIT.failed : alerting.length > 0 ? EXIT.found : EXIT.fine)
}

/** True for an entry that only `check` can use. */
function isForNames({ target, rule, sum }: IgnoreEntry): boolean {
  return sum === null && (target !== null || (rule !== null && !isVerdict(rule)))
}

async function printChecked({ module, candidates, findings, listed }: Checked, all: boolean): Promise<void> {
  const shown = all ? candidates : candidates.filter(alerts)
  if (shown.length + findings.length + listed.length === 0) return
  await printLine(visible(module))
  for (const { id, source, summary, versions } of listed) {
    const which = versions === null ? '' : ` ${versions.join(', ')}`
    await printLine(visible(`  listed as malicious${which}: ${id} in ${source}: ${summary}`))
  }
  for (const { target, strength, rule, reason } of shown) {
    await printLine(`  looks like ${visible(target)} (${strength}, ${rule})`)
    await printLine(`    ${visible(reason)}`)
  }
  for (const { id, severity, status, summary } of findings) {
    await printLine(`  ${severity} finding ${id} (${status}): ${visible(summary)}`)
  }
}
