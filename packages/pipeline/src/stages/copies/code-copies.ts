import { type Containment, containmentOf } from '@mirrorwatch/detect/prints/containment'
import { unpackPieces } from '@mirrorwatch/detect/prints/pack-pieces'
import { modulesWithin } from '@mirrorwatch/store/code/prints'
import { piecesOf } from '@mirrorwatch/store/code/readings'
import type { Db } from '@mirrorwatch/store/database'
import type { LikelyCopy } from './likely-copy.ts'

/** Modules that the index names: as many as a large campaign has copies. */
const MOST_MATCHES = 100
/** Modules that are compared: of what a program is made of, the largest parts. */
const MOST_PARTS = 10

/**
 * Finds the modules whose code is in this version, most code first; names, files and checksums do not count. Empty where the
 * version's code was not read.
 */
export async function codeCopies(db: Db, moduleId: number, version: string): Promise<LikelyCopy[]> {
  const packed = await piecesOf(db, { moduleId, version })
  if (packed === null) return []
  const matches = await modulesWithin(db, { pieces: unpackPieces(packed), moduleId, limit: MOST_MATCHES })
  return matches
    .map((match) => ({ match, containment: containmentOf(match.found, match.total) }))
    .filter(({ containment }) => containment.isLikely)
    .toSorted((a, b) => weightOf(b.containment) - weightOf(a.containment))
    .slice(0, MOST_PARTS)
    .map(({ match, containment }) => ({
      moduleId: match.moduleId,
      path: match.path,
      by: 'code' as const,
      version: match.version,
      versions: [match.version],
      similarity: containment.share,
    }))
}

/** A small library is in many programs as a whole: what has both share and size comes first. */
function weightOf({ share, shared }: Containment): number {
  return share * Math.log2(1 + shared)
}
