import type { Signal } from '../../types.ts'
import type { SignalId } from './table.ts'

/** A signal whose rule is known to exist. */
export function signal(rule: SignalId, version: string | null, evidence: Record<string, unknown>): Signal {
  return { rule, version, evidence }
}
