import type { z } from 'zod'
import { WebProblem } from '../problem.ts'

/** Returns a position as the text that clients send back. Its form may change at any time. */
export function cursorOf(position: unknown): string | null {
  return position === null ? null : Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Returns the position of a cursor; null without one. @throws WebProblem 400 */
export function positionOf<T>(untrustedCursor: string | undefined, schema: z.ZodType<T>): T | null {
  if (untrustedCursor === undefined) return null
  try {
    return schema.parse(JSON.parse(Buffer.from(untrustedCursor, 'base64url').toString('utf8')))
  } catch {
    throw new WebProblem(400, 'This cursor is not one of this server. Begin without a cursor.')
  }
}
