import { GAP } from '../parse/bytes.ts'
import type { CapabilityKind, CapabilityUse } from '../types.ts'
import { steersOthers } from './globals.ts'
import { namesSecret, namesSecretFile, namesStartFile } from './paths.ts'
import { isWrite } from './writes.ts'

const ENVIRONMENT = /^(os|syscall|golang\.org\/x\/sys\/(unix|windows))\./

/** A shell that is given a command which the source does not say. */
const RUNS_UNKNOWN = new RegExp(
  `(^|[/\\\\ ])(sh|bash|zsh|dash|ash|ksh|cmd(\\.exe)?|powershell(\\.exe)?|pwsh|python3?|perl|node|osascript|env) (\\S+ )*([-/](c|e|k|enc\\w*|command)) ${GAP}`,
  'i',
)

/**
 * Returns what a use is once its arguments are known: writing to a start-up file is persistence, reading a key or the whole
 * environment is about secrets, setting a proxy replaces what all code uses.
 */
export function refinedKind(use: CapabilityUse): CapabilityKind {
  const { kind, what } = use
  // Paths are compared whole, however they were put together.
  const folded = use.folded ?? ''
  if (kind === 'environment' && ENVIRONMENT.test(what)) {
    const member = what.slice(what.lastIndexOf('.') + 1)
    if (member === 'Environ') return 'secrets'
    if (/^(Getenv|LookupEnv)$/.test(member) && namesSecret(folded)) return 'secrets'
    if (/^(Setenv|Unsetenv)$/.test(member) && steersOthers(folded)) return 'global'
  }
  if (kind === 'process' && RUNS_UNKNOWN.test(folded)) return 'interpreter'
  if (kind !== 'files') return kind
  if (isWrite(use)) return namesStartFile(folded) ? 'persistence' : kind
  return namesSecretFile(folded) ? 'secrets' : kind
}
