import { readFile } from 'node:fs/promises'
import { parseAllowList } from '@mirrorwatch/detect/names/allow-list'
import type { MatchSetup } from '@mirrorwatch/pipeline/stages/match/match-block'
import { builtinAliases, builtinTargets } from '@mirrorwatch/pipeline/targets/builtin-targets'
import { readTargetsFile } from '@mirrorwatch/pipeline/targets/read-file'
import type { Knowledge } from '@mirrorwatch/store/queries/known-findings'
import { CliError } from '../output/exit.ts'

export interface NameOptions {
  targets?: string
  allow?: string
}

/** The targets and allowed names of a store. */
export type StoredNames = Pick<Knowledge, 'targets' | 'allow'>

/**
 * Returns what names are compared with: the targets of a file, else those of the store, else the built-in ones; with the allow
 * list of the store and that of a file.
 */
export async function readNameSetup(
  options: NameOptions,
  stored: StoredNames | null = null,
  now = new Date(),
): Promise<MatchSetup> {
  const ownAllow = options.allow === undefined ? [] : await readAllowList(options.allow)
  const storedAllow = (stored?.allow ?? []).filter(
    ({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now.getTime(),
  )
  return {
    targets: await readTargets(options.targets, stored),
    aliases: await builtinAliases(),
    allow: [...ownAllow, ...storedAllow],
  }
}

async function readTargets(
  file: string | undefined,
  stored: StoredNames | null,
): Promise<MatchSetup['targets']> {
  if (file !== undefined) {
    const targets = await readTargetsFile(file)
    if (targets.length > 0) return targets
    throw new CliError(`${file} has no targets`, { todo: 'Write one module path a line.' })
  }
  const builtin = await builtinTargets()
  if (stored === null || stored.targets.length === 0) return builtin
  const reviewed = new Set(builtin.map(({ path }) => path))
  return stored.targets.map((target) => ({ ...target, reviewed: reviewed.has(target.path) }))
}

async function readAllowList(file: string): Promise<MatchSetup['allow']> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`--allow ${file} cannot be read: ${why}`, {
      todo: 'Give the path of an allow list.',
      cause: error,
    })
  }
  const parsed = parseAllowList(text)
  if (Array.isArray(parsed)) return parsed
  throw new CliError(`${file}, line ${parsed.line}: ${parsed.fault}`, {
    todo: 'A line is for example: pair github.com/a/cli github.com/b/cli 2026-11-24 alice both are ours',
  })
}
