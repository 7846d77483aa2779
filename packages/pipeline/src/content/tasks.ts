import {
  addedBeyondOriginal,
  addedBeyondRepository,
  unreadBeyond,
  withUnread,
} from '@mirrorwatch/detect/clone/added-code'
import { compareListings } from '@mirrorwatch/detect/clone/compare'
import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import type { ModuleComparison } from '@mirrorwatch/detect/clone/types'
import { type UnusualFile, unusualFiles } from '@mirrorwatch/detect/files/unusual-files'
import { isAnalysed } from '@mirrorwatch/detect/go/parse/file-kinds'
import { analyseGoFiles } from '@mirrorwatch/detect/go/report/analyse'
import { type OnImport, usesOnImport } from '@mirrorwatch/detect/go/report/imported'
import { keptReport } from '@mirrorwatch/detect/go/report/kept'
import type { CapabilityReport, SourceFile } from '@mirrorwatch/detect/go/types'
import { codePrints, type PackagePrint } from '@mirrorwatch/detect/prints/code-prints'
import { packPieces } from '@mirrorwatch/detect/prints/pack-pieces'
import type { Parser } from 'web-tree-sitter'
import { type ModuleContent, sourcesOf } from './module-content.ts'

/** Zip of a module version in memory that threads share. */
export interface SharedZip {
  /** Identifier of a fetched zip, the key of what was read from it. */
  id: number
  path: string
  version: string
  bytes: SharedArrayBuffer
}

/** Question about zips. Its answer needs their contents and may take seconds. */
export type Task =
  | { kind: 'list'; own: SharedZip }
  | { kind: 'compare'; own: SharedZip; original: SharedZip }
  | { kind: 'beyond-original'; own: SharedZip; original: SharedZip }
  | { kind: 'whole'; own: SharedZip }
  | { kind: 'read'; own: SharedZip }
  /** `importPaths`: packages of `own` that other modules import. */
  | { kind: 'on-import'; own: SharedZip; importPaths: readonly string[] }
  /** `shown`: contents of the repository's files that differ, null for files that it lacks. */
  | { kind: 'beyond-repository'; own: SharedZip; shown: ReadonlyMap<string, Uint8Array | null> }

/** Listing of a zip whose contents were checked. */
export interface SoundListing {
  path: string
  declaredPath: string | null
  version: string
  files: FingerprintFile[]
}

/** Result of reading a zip in full. */
export interface FullReading {
  packages: PackagePrint[]
  /** Packed hashes of all pieces of its code. */
  pieces: Uint8Array
  unusual: UnusualFile[]
}

/** Answers by kind; null if one of the zips is defective, which the verification reports. */
export interface Answers {
  list: SoundListing | null
  compare: ModuleComparison | null
  'beyond-original': CapabilityReport | null
  whole: CapabilityReport | null
  read: FullReading | null
  'on-import': OnImport | null
  'beyond-repository': CapabilityReport | null
}

export interface TaskAnswer {
  value: Answers[Task['kind']]
  /** CPU time that the answer took. */
  cpuMs: number
}

export type Open = (zip: SharedZip) => Promise<ModuleContent | null>

/** Answers one question. Blocks for seconds, so it must not run in a thread with other work. */
export async function perform(parser: Parser, open: Open, task: Task): Promise<Answers[Task['kind']]> {
  const own = await open(task.own)
  if (own === null) return null
  const { path, declaredPath, version } = own
  if (task.kind === 'list') return { path, declaredPath, version, files: own.files.map(listed) }
  const source = (): SourceFile[] => sourcesOf(own, isRead)
  if (task.kind === 'whole')
    return keptReport(withUnread(analyseGoFiles(parser, source(), [path]), own.unread))
  if (task.kind === 'read') return fullReading(own)
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

function fullReading({ contents }: ModuleContent): FullReading {
  const files = [...contents].map(([path, content]) => ({ path, content }))
  const { packages, pieces } = codePrints(files)
  return { packages, pieces: packPieces(pieces), unusual: unusualFiles(files) }
}

/** Removes the hashes, which only the comparison needs. */
function listed({ name, size, crc32 }: FingerprintFile): FingerprintFile {
  return { name, size, crc32 }
}

/** Files that reach a build, and requirements. */
function isRead(path: string): boolean {
  return isAnalysed(path) || path === 'go.mod'
}

function analysedOf(content: ModuleContent): Parameters<typeof addedBeyondOriginal>[1] {
  const files: SourceFile[] = sourcesOf(content, isRead)
  return { path: content.path, declaredPath: content.declaredPath, files }
}

function textsOf(shown: ReadonlyMap<string, Uint8Array | null>): Map<string, string | null> {
  const text = (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return new Map([...shown].map(([name, bytes]) => [name, bytes === null ? null : text(bytes)]))
}
