import type * as z from 'zod'

/**
 * Effect of a signal on a finding, the weightiest first: `decides` makes one; `raises` makes one worse; `supports` helps a
 * person and changes nothing; `lowers` is an honest explanation.
 */
export const SIGNAL_WEIGHTS = ['decides', 'raises', 'supports', 'lowers'] as const
type SignalWeight = (typeof SIGNAL_WEIGHTS)[number]
type SignalCategory = 'verdict' | 'name' | 'copy' | 'cache' | 'code' | 'source' | 'honest'

export interface SignalRule {
  id: string
  /** Parses the evidence when it comes back from the store. */
  evidence: z.ZodObject
  category: SignalCategory
  weight: SignalWeight
  title: string
  /** Explains what the signal means, and what it does not. */
  meaning: string
}
