import {
  addedBeyondOriginal,
  addedBeyondRepository,
  unreadBeyond,
  withUnread,
} from '@mirrorwatch/detect/clone/added-code'
import { compareListings } from '@mirrorwatch/detect/clone/compare'
import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import type { ModuleComparison } from '@mirrorwatch/detect/clone/types'
import { isAnalysed } from '@mirrorwatch/detect/go/parse/file-kinds'
import { analyseGoFiles } from '@mirrorwatch/detect/go/report/analyse'
import { usesOnImport } from '@mirrorwatch/detect/go/report/imported'
import { keptReport } from '@mirrorwatch/detect/go/report/kept'
import type { CapabilityReport, CapabilityUse, SourceFile } from '@mirrorwatch/detect/go/types'
import type { Parser } from 'web-tree-sitter'
import { type ModuleContent, sourcesOf } from './module-content.ts'

/** A module version's zip, in memory that threads share. */
export interface SharedZip {
  /** One a fetched zip: what was read of it is known again by this. */
  id: number
  path: string
  version: string
  bytes: SharedArrayBuffer
}

/** A question about zips. Its answer needs their contents and may take seconds. */
export type Task =
  | { kind: 'list'; own: SharedZip }
  | { kind: 'compare'; own: SharedZip; original: SharedZip }
  | { kind: 'beyond-original'; own: SharedZip; original: SharedZip }
  | { kind: 'whole'; own: SharedZip }
  /** `importPaths`: of packages of `own` that others import. */
  | { kind: 'on-import'; own: SharedZip; importPaths: readonly string[] }
  /** `shown`: contents of the repository's files that differ, null for those that it has not. */
  | { kind: 'beyond-repository'; own: SharedZip; shown: ReadonlyMap<string, Uint8Array | null> }

/** What a zip lists, its contents having been found sound. */
export interface SoundListing {
  path: string
  declaredPath: string | null
  version: string
  files: FingerprintFile[]
}

/** Null where one of the zips is not sound: that is the verification's to say. */
export interface Answers {
  list: SoundListing | null
  compare: ModuleComparison | null
  'beyond-original': CapabilityReport | null
  whole: CapabilityReport | null
  'on-import': CapabilityUse[] | null
  'beyond-repository': CapabilityReport | null
}

export interface TaskAnswer {
  value: Answers[Task['kind']]
  /** CPU that it took. */
  cpuMs: number
}

export type Open = (zip: SharedZip) => Promise<ModuleContent | null>

/** Answers one question. Synchronous for seconds: not for a thread that has others waiting. */
export async function perform(parser: Parser, open: Open, task: Task): Promise<Answers[Task['kind']]> {
  const own = await open(task.own)
  if (own === null) return null
  const { path, declaredPath, version } = own
  if (task.kind === 'list') return { path, declaredPath, version, files: own.files.map(listed) }
  const source = (): SourceFile[] => sourcesOf(own, isAnalysed)
  if (task.kind === 'whole')
    return keptReport(withUnread(analyseGoFiles(parser, source(), [path]), own.unread))
  if (task.kind === 'on-import') return usesOnImport(parser, source(), path, task.importPaths)
  if (task.kind === 'beyond-repository') {
    const added = addedBeyondRepository(parser, path, source(), textsOf(task.shown))
    const unread = own.unread.filter((name) => task.shown.has(name))
    return keptReport(withUnread(added, unread))
  }
  const original = await open(task.original)
  if (original === null) return null
  if (task.kind === 'compare') return compareListings(original, own)
  const added = addedBeyondOriginal(parser, analysedOf(original), analysedOf(own))
  return keptReport(withUnread(added, unreadBeyond(original, own)))
}

/** Drops the hashes: only the comparison needs them. */
function listed({ name, size, crc32 }: FingerprintFile): FingerprintFile {
  return { name, size, crc32 }
}

function analysedOf(content: ModuleContent): Parameters<typeof addedBeyondOriginal>[1] {
  const files: SourceFile[] = sourcesOf(content, isAnalysed)
  return { path: content.path, declaredPath: content.declaredPath, files }
}

function textsOf(shown: ReadonlyMap<string, Uint8Array | null>): Map<string, string | null> {
  const text = (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return new Map([...shown].map(([name, bytes]) => [name, bytes === null ? null : text(bytes)]))
}
