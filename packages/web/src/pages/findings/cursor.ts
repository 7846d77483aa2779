import type { FindingPosition } from '@mirrorwatch/store/queries/findings-list'
import * as z from 'zod'

const schema = z.tuple([
  z.int().min(0).max(4),
  z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  z.int().positive(),
])

/** Returns a position in the list as text for an address. */
export function cursorText({ severityRank, changedAt, id }: FindingPosition): string {
  return Buffer.from(JSON.stringify([severityRank, changedAt, id])).toString('base64url')
}

/** Reads a position in the list; null if it is invalid. */
export function readCursor(untrusted: string | undefined): FindingPosition | null {
  if (untrusted === undefined || untrusted === '') return null
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(untrusted, 'base64url').toString()))
    if (!parsed.success) return null
    const [severityRank, changedAt, id] = parsed.data
    return { severityRank, changedAt, id }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
