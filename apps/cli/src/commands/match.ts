import { once } from 'node:events'
import type { MatchedBlock } from '@mirrorwatch/pipeline/stages/match/match-block'
import { matchLines } from '@mirrorwatch/pipeline/stages/match/match-pool'
import { Command } from 'commander'
import { type NameOptions, readNameSetup } from '../inputs/name-setup.ts'
import { wholeNumber } from '../inputs/options.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { note, visible } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'

interface Options extends NameOptions {
  threads?: number
}

const HELP = `
Reads module paths from stdin, one a line; writes one JSON object a line for each target that a path can be taken for:
module, target, rule, distance, strength (strong, medium, weak, candidate), reason. The rules: docs/rules.md.
Lines that are no module paths are counted on stderr and skipped. Exits with 1 where a strong or medium one was found.

Examples:
  mirrorwatch match < paths.txt
  cut -f1 modules.tsv | mirrorwatch match --targets top-modules.csv.gz > candidates.ndjson`

export function matchCommand(): Command {
  return new Command('match')
    .option(
      '--targets <file>',
      'one path a line, or path,dependents (CSV, TSV, gzip); default: the built-in list',
    )
    .option('--allow <file>', 'names that are known to be honest')
    .option('--threads <n>', 'cores to use; default: all', wholeNumber(1))
    .addHelpText('after', HELP)
    .action(match)
}

async function match(options: Options): Promise<void> {
  const setup = await readNameSetup(options)
  const total = { paths: 0, invalid: 0, alerts: 0, lines: 0 }
  using progress = startProgress('matching', 'paths')
  process.stdin.setEncoding('utf8')
  for await (const block of matchLines(process.stdin, setup, { threads: options.threads })) {
    progress.set(total.paths, null)
    if (total.invalid < 1 && block.invalid > 0) progress.clear()
    explainInvalid(block, total)
    total.paths += block.paths
    total.lines += block.lines
    total.invalid += block.invalid
    total.alerts += block.candidates.strong + block.candidates.medium
    if (block.ndjson.length > 0 && !process.stdout.write(block.ndjson)) await once(process.stdout, 'drain')
  }
  if (total.invalid > 0) note(`${total.invalid} of ${total.invalid + total.paths} lines are no module paths`)
  exitWith(total.alerts > 0 ? EXIT.found : EXIT.fine)
}

/** Quotes the first few lines that are no module paths. */
function explainInvalid(block: MatchedBlock, before: { invalid: number; lines: number }): void {
  if (before.invalid > 0) return
  for (const { line, text, fault } of block.firstInvalid) {
    note(`line ${before.lines + line + 1}: "${visible(text)}" is no module path (${fault})`)
  }
}
