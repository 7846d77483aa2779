import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'
import { LATE_EFFECTS } from './late/effects.ts'
import { LATE_PROCESSES } from './late/process.ts'
import { LATE_REACH } from './late/reach.ts'

/** Shapes written after the rules of the severity table, run once and reported as they came out; `called` ones run when called. */
export const LATE_SHAPES: readonly CodeShape[] = [...LATE_PROCESSES, ...LATE_REACH, ...LATE_EFFECTS]
