import { GomodError } from '@mirrorwatch/gomod/errors'
import { isSum } from '@mirrorwatch/gomod/mod/go-sum'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'

/** Record of one module version in the checksum database. */
export interface SumRecord {
  /** Its place in the log, from 0. */
  number: bigint
  path: string
  version: string
  /** `h1:` of the zip. */
  sum: string
  /** `h1:` of the go.mod. */
  goModSum: string
}

/** Reads a record's text: `path version h1:…` and `path version/go.mod h1:…`. Throws `malformed`. */
export function parseRecord(number: bigint, untrustedText: string): SumRecord {
  const match = /^(\S+) (\S+) (\S+)\n(\S+) (\S+) (\S+)\n$/.exec(untrustedText)
  const [, path = '', version = '', sum = '', path2, version2, goModSum = ''] = match ?? []
  if (!match || path2 !== path || version2 !== `${version}/go.mod` || !isSum(sum) || !isSum(goModSum)) {
    throw new GomodError('malformed', `checksum database: record ${number} is not a pair of hashes`)
  }
  checkModuleVersion(path, version)
  return { number, path, version, sum, goModSum }
}

/** The record texts in a data tile: each ends in a newline, and an empty line stands after each. */
export function splitRecords(untrustedTile: string): string[] {
  if (!untrustedTile.endsWith('\n\n')) {
    throw new GomodError('bad-response', 'checksum database: a tile of records that is cut off')
  }
  return untrustedTile
    .slice(0, -2)
    .split('\n\n')
    .map((text) => `${text}\n`)
}
