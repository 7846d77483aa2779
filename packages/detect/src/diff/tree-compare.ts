import type { ModuleFile } from '@mirrorwatch/gomod/tree/module-tree'
import { gitBlobId, type ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'

/** The facts about a file of a module zip that a comparison needs. */
export interface ZipFile {
  /** Id that git gives to this content. */
  blobId: string
}

export interface TreeComparison {
  /** In both, with the same bytes as stored in the repository. */
  same: string[]
  /** In both, with other bytes than stored: conversions by `.gitattributes` may explain them. */
  changed: string[]
  onlyInZip: string[]
  onlyInRepository: string[]
}

/**
 * Compares a zip with the files that Go would take from the repository, by git's own ids: byte equality without any content
 * of the repository. All lists are sorted.
 */
export function compareFiles(
  zip: ReadonlyMap<string, ZipFile>,
  expected: ReadonlyMap<string, ModuleFile>,
): TreeComparison {
  const result: TreeComparison = { same: [], changed: [], onlyInZip: [], onlyInRepository: [] }
  for (const [path, file] of zip) {
    const wanted = expected.get(path)
    if (wanted === undefined) result.onlyInZip.push(path)
    else if (wanted.source.id === file.blobId) result.same.push(path)
    else result.changed.push(path)
  }
  for (const path of expected.keys()) if (!zip.has(path)) result.onlyInRepository.push(path)
  for (const list of Object.values(result) as string[][]) list.sort()
  return result
}

const COMPILED = /\.(?:go|[sS]|c|h|cc|cpp|cxx|hh|hpp|hxx|m|f|F|for|f90|swig|swigcxx|syso)$|(?:^|\/)go\.mod$/

/** True for files that the go command reads when it builds a package. */
export function isCompiled(path: string): boolean {
  return COMPILED.test(path)
}

/** Returns the paths with compiled files first. */
export function compiledFirst(paths: readonly string[]): string[] {
  return [...paths.filter(isCompiled), ...paths.filter((path) => !isCompiled(path))]
}

/** True where the sets of names are the same. */
export function sameNames(comparison: TreeComparison): boolean {
  return comparison.onlyInZip.length === 0 && comparison.onlyInRepository.length === 0
}

/**
 * What alone separates a zip's file from the stored blob, found without that blob: `eol` where turning CRLF into LF gives it
 * exactly, `ident` where removing the blob's own id from `$Id$` does. Null for any other difference.
 */
export function explainChange(
  zipContent: Buffer,
  storedId: string,
  objectFormat: ObjectFormat = 'sha1',
): 'eol' | 'ident' | null {
  if (gitBlobId(withoutCarriageReturns(zipContent), objectFormat) === storedId) return 'eol'
  const collapsed = replaceBytes(zipContent, `$Id: ${storedId} $`, '$Id$')
  return gitBlobId(collapsed, objectFormat) === storedId ? 'ident' : null
}

/** True where two contents are equal once CRLF counts as LF. */
export function differInLineEndsAlone(a: Buffer, b: Buffer): boolean {
  return !a.equals(b) && withoutCarriageReturns(a).equals(withoutCarriageReturns(b))
}

function withoutCarriageReturns(content: Buffer): Buffer {
  return replaceBytes(content, '\r\n', '\n')
}

function replaceBytes(content: Buffer, from: string, to: string): Buffer {
  const replacement = Buffer.from(to)
  const parts: Buffer[] = []
  let start = 0
  for (let at = content.indexOf(from); at >= 0; at = content.indexOf(from, start)) {
    parts.push(content.subarray(start, at), replacement)
    start = at + from.length
  }
  return parts.length === 0 ? content : Buffer.concat([...parts, content.subarray(start)])
}
