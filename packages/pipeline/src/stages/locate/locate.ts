import { isGomodError } from '@mirrorwatch/gomod/errors'
import { latestVersion } from '@mirrorwatch/gomod/paths/latest-version'
import { placeInRepository } from '@mirrorwatch/gomod/tree/module-dir'
import type { Db } from '@mirrorwatch/store/database'
import {
  canonicalUrl,
  type ModuleRepository,
  saveModuleRepositories,
} from '@mirrorwatch/store/repositories/repositories'
import { type Module, moduleById, unlocatedModules, versionsOf } from '@mirrorwatch/store/tables/modules'
import { askForRepositories, dueRow, postponeDue, repeatDue } from '@mirrorwatch/store/work/due'
import { knownRepository, shortcutRepository } from '@mirrorwatch/upstream/discovery/known-hosts'
import {
  type RepositoryLocation,
  type ResolveOptions,
  resolveRepository,
} from '@mirrorwatch/upstream/discovery/repository'
import type { InsteadOf } from '@mirrorwatch/upstream/git/instead-of'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import { retryAt } from '../../work/retry.ts'
import { ALL_MODULES, fromDueWork, type Stage, type StageKey } from '../../work/stage.ts'

export interface LocateDeps {
  db: Db
  proxy: Pick<ProxyClient, 'info'>
  verify: { http: HttpClient; insteadOf: readonly InsteadOf[] }
  clock: () => Date
}

/** Modules located in one transaction. */
const BATCH = 2_000

/** A page may name another repository, and a host may begin to have one. */
const AGAIN_MS = 30 * 86_400_000

const DUE_WORK = fromDueWork('locate', 4)

export const locateStage: Stage<LocateDeps> = {
  ...DUE_WORK,
  does: 'finds out which repository a module comes from',
  concurrency: 4,
  run: (deps, key, signal) =>
    key.moduleId === ALL_MODULES.moduleId ? locateKnown(deps, signal) : locateModule(deps, key, signal),
  async due(query) {
    const waiting = await unlocatedModules(query.db, 0, 1)
    const all = waiting.length === 0 ? [] : [{ stage: 'locate' as const, key: ALL_MODULES, priority: 1 }]
    return [...all, ...(await DUE_WORK.due(query))]
  },
  async postpone(deps, key, failure) {
    if (key.moduleId !== ALL_MODULES.moduleId) await DUE_WORK.postpone(deps, key, failure)
  },
}

/** Locates all new modules whose path names their repository, and leaves the others to one job each. */
async function locateKnown({ db, clock }: LocateDeps, signal: AbortSignal): Promise<void> {
  let afterId = 0
  for (;;) {
    signal.throwIfAborted()
    const modules = await unlocatedModules(db, afterId, BATCH)
    const last = modules.at(-1)
    if (last === undefined) return
    afterId = last.id
    const now = clock()
    const rows = modules.map(({ id, path }) => byPath(id, path))
    const unknown = modules.filter((_, at) => rows[at]?.url === null).map(({ id }) => id)
    await db.transaction().execute(async (trx) => {
      await saveModuleRepositories(trx, rows, now)
      await askForRepositories(trx, unknown, now)
    })
  }
}

function byPath(moduleId: number, path: string): ModuleRepository {
  try {
    const known = knownRepository(path) ?? shortcutRepository(path)
    const place = known === null ? null : placeInRepository(path, known.root)
    if (known?.vcs !== 'git' || place === null) return { moduleId, url: null, tagPrefix: null }
    return { moduleId, url: canonicalUrl(known.url), tagPrefix: prefixOf(place.codeDir) }
  } catch (error) {
    if (!isGomodError(error, 'invalid-path')) throw error
    return { moduleId, url: null, tagPrefix: null }
  }
}

function prefixOf(codeDir: string): string {
  return codeDir === '' ? '' : `${codeDir}/`
}

/** Asks a module's page, else the mirror's record of its latest version. Monthly, as the page can change. */
async function locateModule(deps: LocateDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const row = await dueRow(deps.db, 'locate', key)
  const module = await moduleById(deps.db, key.moduleId)
  if (row === null || module === null) return
  const now = deps.clock()
  try {
    const location = await locationOf(deps, module, signal)
    const [place] = location?.places ?? []
    const isGit = location?.vcs === 'git' && place !== undefined
    const url = isGit ? canonicalUrl(location.url) : null
    const tagPrefix = isGit ? prefixOf(place.codeDir) : null
    await deps.db.transaction().execute(async (trx) => {
      await saveModuleRepositories(trx, [{ moduleId: module.id, url, tagPrefix }], now)
      await repeatDue(trx, 'locate', row, new Date(now.getTime() + AGAIN_MS))
    })
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error)) throw error
    const dueAt = retryAt(row.attempts, now, error.retryAfterMs)
    const { message } = error
    await deps.db.transaction().execute((trx) => postponeDue(trx, 'locate', key, { message, dueAt }))
  }
}

/** Null where neither the page nor the mirror names a repository. @throws GomodError where it may later be known */
async function locationOf(
  deps: LocateDeps,
  module: Module,
  signal: AbortSignal,
): Promise<RepositoryLocation | null> {
  const options = { insteadOf: deps.verify.insteadOf, signal }
  const byPage = await resolve(deps, module.path, options)
  if (byPage !== null) return byPage
  const versions = (await versionsOf(deps.db, module.id)).map(({ version }) => version)
  const latest = latestVersion(versions)
  const origin = latest === null ? null : await originOf(deps, module.path, latest, signal)
  if (origin?.url == null) return null
  return resolve(deps, module.path, {
    ...options,
    origin: { VCS: origin.vcs ?? undefined, URL: origin.url, Subdir: origin.subdir ?? undefined },
  })
}

async function resolve(
  { verify }: LocateDeps,
  path: string,
  options: ResolveOptions,
): Promise<RepositoryLocation | null> {
  try {
    return await resolveRepository(verify.http, path, options)
  } catch (error) {
    if (isGomodError(error) && whatNext(error) === 'never') return null
    throw error
  }
}

async function originOf({ proxy }: LocateDeps, path: string, version: string, signal: AbortSignal) {
  try {
    return (await proxy.info(path, version, signal)).origin
  } catch (error) {
    if (isGomodError(error) && whatNext(error) === 'never') return null
    throw error
  }
}
