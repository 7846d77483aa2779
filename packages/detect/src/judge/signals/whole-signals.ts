import type { Signal } from '../../finding.ts'
import type { CapabilityReport, CapabilityUse } from '../../go/types.ts'
import { ofKind, useEvidence } from './capability-rules.ts'
import { isArgumentOf, placeEvidence, stringEvidence } from './hidden-arguments.ts'
import { MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'
import type { SignalId } from './table.ts'

const OF_MODULE = [
  { id: 'module-import-process', is: ofKind('process', 'plugin', 'interpreter') },
  { id: 'module-import-network', is: ofKind('network') },
  { id: 'module-import-persistence', is: ofKind('persistence') },
  { id: 'module-import-secrets', is: isTheft },
] as const satisfies readonly { id: SignalId; is: (use: CapabilityUse) => boolean }[]

/** True for reading keys, browser data, the clipboard or the whole environment. One variable is how programs are configured. */
function isTheft({ kind, what }: CapabilityUse): boolean {
  return kind === 'secrets' && !/\.(Getenv|LookupEnv)$/.test(what)
}

/** Signals about a whole module's own code, for modules that have no original to subtract. */
export function wholeModuleSignals(report: CapabilityReport, version: string): Signal[] {
  // Commands start programs by profession, so `main` says nothing where no original is subtracted.
  const onImport = report.uses.filter((use) => use.onImport && use.reachedFrom[0] !== 'main')
  const signals: Signal[] = []
  for (const { id, is } of OF_MODULE) {
    const held = onImport.filter(is)
    if (held.length > 0) signals.push(signal(id, version, useEvidence(held)))
  }
  const acting = report.uses.filter((use) => use.onImport)
  const hidden = report.strings.filter((string) => isArgumentOf(string, acting))
  if (hidden.length > 0) {
    const strings = hidden.slice(0, MAX_QUOTED).map(stringEvidence)
    const places = placeEvidence(report.places)
    signals.push(signal('module-hidden-argument', version, { count: hidden.length, strings, places }))
  }
  return signals
}
