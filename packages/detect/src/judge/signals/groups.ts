import type { SignalId } from './table.ts'

/** Added code acts as soon as it is imported, or imports what the mirror refuses. */
export const ACTS_ON_IMPORT = [
  'import-process',
  'import-network',
  'import-writes',
  'imports-refused',
] as const satisfies SignalId[]

/** A look-alike's content is its original's. */
export const COPIED = ['near-copy', 'near-copy-keeps-path', 'holds-original'] as const satisfies SignalId[]
