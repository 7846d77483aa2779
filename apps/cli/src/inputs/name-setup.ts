import { readFile } from 'node:fs/promises'
import { parseAllowList } from '@mirrorwatch/detect/names/allow-list'
import type { MatchSetup } from '@mirrorwatch/pipeline/stages/match/match-block'
import { builtinAliases, builtinTargets } from '@mirrorwatch/pipeline/targets/builtin-targets'
import { readTargetsFile } from '@mirrorwatch/pipeline/targets/read-file'
import { CliError } from '../output/exit.ts'

export interface NameOptions {
  targets?: string
  allow?: string
}

/** The targets of a file, or the built-in ones, and an allow list, as `match` and `check` take them. */
export async function readNameSetup(options: NameOptions): Promise<MatchSetup> {
  const targets =
    options.targets === undefined ? await builtinTargets() : await readTargetsFile(options.targets)
  if (targets.length === 0) throw new CliError(`${options.targets} has no targets`)
  return {
    targets,
    aliases: await builtinAliases(),
    allow: options.allow === undefined ? [] : await readAllowList(options.allow),
  }
}

async function readAllowList(file: string): Promise<MatchSetup['allow']> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`cannot read ${file}`, { cause: error })
  }
  const parsed = parseAllowList(text)
  if (Array.isArray(parsed)) return parsed
  throw new CliError(`${file}, line ${parsed.line}: ${parsed.fault}`, {
    todo: 'A line is for example: pair github.com/a/cli github.com/b/cli 2026-11-24 alice both are ours',
  })
}
