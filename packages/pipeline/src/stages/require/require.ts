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
import { markPending } from '@mirrorwatch/store/work/assess'
import { dueGoMods, finishGoMod, goModAttempts, postponeGoMod } from '@mirrorwatch/store/work/go-mod-due'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import { retryAt } from '../../work/retry.ts'
import type { Stage, StageKey } from '../../work/stage.ts'

export interface RequireDeps {
  db: Db
  proxy: ProxyClient
  clock: () => Date
}

export const requireStage: Stage<RequireDeps> = {
  name: 'require',
  does: "reads the go.mod of a module's latest version: what it requires, and which path it declares",
  concurrency: 8,
  run: readGoMod,
  async due({ store, until, limit }) {
    const due = await dueGoMods(store.db, until, limit)
    return due.map(({ moduleId }) => ({ stage: 'require', key: { moduleId }, priority: 5 }))
  },
  async postpone({ db }, { moduleId }, { until }) {
    if (moduleId === undefined) return
    await db.transaction().execute((trx) => postponeGoMod(trx, moduleId, until))
  },
}

async function readGoMod(deps: RequireDeps, key: StageKey, signal: AbortSignal): Promise<[]> {
  const module = key.moduleId === undefined ? null : await moduleById(deps.db, key.moduleId)
  if (module === null) return []
  const versions = await versionsOf(deps.db, module.id)
  const latest = latestVersion(versions.map(({ version }) => version))
  const answer = latest === null ? NOTHING : await ask(deps, module.path, latest, signal)
  await deps.db.transaction().execute((trx) => save(trx, { module, latest, answer, now: deps.clock() }))
  return []
}

/** What the proxy said of a go.mod: `known` has it, `nothing` never will, `later` may. */
type Answer =
  | { kind: 'known'; declares: string; requires: string[] }
  | { kind: 'nothing' }
  | { kind: 'blocked' }
  | { kind: 'later'; retryAfterMs: number | undefined }

const NOTHING: Answer = { kind: 'nothing' }

async function ask(deps: RequireDeps, path: string, version: string, signal: AbortSignal): Promise<Answer> {
  try {
    return read((await deps.proxy.mod(path, version, signal)).toString('utf8'))
  } catch (error) {
    if (isGomodError(error, 'blocked')) return { kind: 'blocked' }
    if (!isGomodError(error)) throw error
    return whatNext(error) === 'later' ? { kind: 'later', retryAfterMs: error.retryAfterMs } : NOTHING
  }
}

/**
 * A go.mod that Go itself would refuse still says what it declares. One that declares nothing is none that the mirror
 * would have cached: something else answered, and is asked again.
 */
function read(untrustedText: string): Answer {
  const { declares, requires } = readText(untrustedText)
  return declares === null
    ? { kind: 'later', retryAfterMs: undefined }
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
  if (answer.kind === 'later') {
    const attempts = await goModAttempts(trx, module.id)
    await postponeGoMod(trx, module.id, retryAt(attempts, now, answer.retryAfterMs))
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
  await markPending(trx, [module.id], now)
  // A version that arrived meanwhile has made the module due again: its go.mod was not the one read here.
  const current = await moduleById(trx, module.id)
  if (current?.versionCount === module.versionCount) await finishGoMod(trx, module.id)
}

/** Without what no feed can name, and so is nobody's dependent; an index over paths could not hold it. */
function directRequirements(goMod: GoMod): string[] {
  return goMod.requires
    .filter(({ path, indirect }) => !indirect && path.length <= MAX_NAME_CHARS)
    .map(({ path }) => path)
}
