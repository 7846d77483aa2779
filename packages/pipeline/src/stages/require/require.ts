import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_NAME_CHARS } from '@mirrorwatch/gomod/limits'
import { keptDeclaredPath } from '@mirrorwatch/gomod/mod/declared-path'
import type { GoMod } from '@mirrorwatch/gomod/mod/go-mod'
import { declaredModulePath, parseGoMod } from '@mirrorwatch/gomod/mod/go-mod'
import { latestVersion } from '@mirrorwatch/gomod/paths/latest-version'
import type { Db, Trx } from '@mirrorwatch/store/database'
import type { Module } from '@mirrorwatch/store/tables/modules'
import { moduleById, updateModules, versionsOf } from '@mirrorwatch/store/tables/modules'
import { saveRequirements } from '@mirrorwatch/store/tables/requirements'
import { askForAssessment, dueRow, finishDue, postponeDue } from '@mirrorwatch/store/work/due'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import { retryAt } from '../../work/retry.ts'
import { fromDueWork, type Stage, type StageKey } from '../../work/stage.ts'

export interface RequireDeps {
  db: Db
  proxy: ProxyClient
  clock: () => Date
}

export const requireStage: Stage<RequireDeps> = {
  ...fromDueWork('require', 5),
  does: "reads the go.mod of a module's latest version: what it requires, and which path it declares",
  concurrency: 8,
  run: readGoMod,
}

async function readGoMod(deps: RequireDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const module = await moduleById(deps.db, key.moduleId)
  if (module === null) return
  const versions = await versionsOf(deps.db, module.id)
  const latest = latestVersion(versions.map(({ version }) => version))
  const answer = latest === null ? NOTHING : await ask(deps, module.path, latest, signal)
  await deps.db.transaction().execute((trx) => save(trx, { module, latest, answer, now: deps.clock() }))
}

/** Answer of the proxy about a go.mod: `known` has it, `nothing` never will, `later` may. */
type Answer =
  | { kind: 'known'; declares: string; requires: string[] }
  | { kind: 'nothing' }
  | { kind: 'blocked' }
  | { kind: 'later'; reason: string; retryAfterMs: number | undefined }

const NOTHING: Answer = { kind: 'nothing' }

async function ask(deps: RequireDeps, path: string, version: string, signal: AbortSignal): Promise<Answer> {
  try {
    return read((await deps.proxy.mod(path, version, signal)).toString('utf8'))
  } catch (error) {
    if (isGomodError(error, 'blocked')) return { kind: 'blocked' }
    if (!isGomodError(error)) throw error
    return whatNext(error) === 'later'
      ? { kind: 'later', reason: error.message, retryAfterMs: error.retryAfterMs }
      : NOTHING
  }
}

/**
 * Reads a go.mod. A file that Go would refuse still says what it declares. The mirror would not have cached one that declares
 * nothing, so another server must have answered and the request is retried.
 */
function read(untrustedText: string): Answer {
  const { declares, requires } = readText(untrustedText)
  return declares === null
    ? { kind: 'later', reason: 'the answer is no go.mod: it declares no module', retryAfterMs: undefined }
    : { kind: 'known', declares, requires }
}

function readText(untrustedText: string): { declares: string | null; requires: string[] } {
  try {
    const goMod = parseGoMod(untrustedText)
    return { declares: keptDeclaredPath(goMod.module), requires: directRequirements(goMod) }
  } catch (error) {
    if (!isGomodError(error, 'malformed')) throw error
    return { declares: keptDeclaredPath(declaredModulePath(untrustedText)), requires: [] }
  }
}

interface Read {
  module: Module
  latest: string | null
  answer: Answer
  now: Date
}

async function save(trx: Trx, { module, latest, answer, now }: Read): Promise<void> {
  const key = { moduleId: module.id, version: '' }
  const row = await dueRow(trx, 'require', key)
  if (answer.kind === 'later') {
    const dueAt = retryAt(row?.attempts ?? 0, now, answer.retryAfterMs)
    await postponeDue(trx, 'require', key, { message: answer.reason, dueAt })
    return
  }
  await saveRequirements(trx, module.id, answer.kind === 'known' ? answer.requires : [])
  await updateModules(trx, [
    {
      id: module.id,
      ...(latest === null ? {} : { latestVersion: latest }),
      ...(answer.kind === 'known' ? { declaredPath: answer.declares } : {}),
      ...(answer.kind === 'blocked' ? { blockedAt: now } : {}),
    },
  ])
  await askForAssessment(trx, [module.id], now)
  // A version that arrived in between has made the module due again, because this go.mod is not the latest.
  const current = await moduleById(trx, module.id)
  if (row !== null && current?.versionCount === module.versionCount) await finishDue(trx, 'require', row)
}

/** Returns direct requirements, without paths that no feed can name; an index over paths could not hold them. */
function directRequirements(goMod: GoMod): string[] {
  return goMod.requires
    .filter(({ path, indirect }) => !indirect && path.length <= MAX_NAME_CHARS)
    .map(({ path }) => path)
}
