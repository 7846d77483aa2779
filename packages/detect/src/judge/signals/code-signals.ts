import type { EvidenceOf, Signal } from '../../finding.ts'
import { isWrite } from '../../go/capability/writes.ts'
import { placesIn } from '../../go/report/network-places.ts'
import { isOversized } from '../../go/report/weight.ts'
import type { CapabilityKind, CapabilityReport, CapabilityUse, NetworkPlace } from '../../go/types.ts'
import { FAR_RIGHT_COLUMN, MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

type Than = 'original' | 'repository'

type UsesSignal =
  | 'import-process'
  | 'import-network'
  | 'import-writes'
  | 'import-secrets'
  | 'added-process'
  | 'added-network'
  | 'added-writes'
  | 'added-persistence'
  | 'added-native'
  | 'added-interpreter'
  | 'added-global'
  | 'added-secrets'

/** Which uses make which signal. `when`: only those that run on import, only the others, or all. */
const CAPABILITIES: readonly {
  id: UsesSignal
  when: 'import' | 'later' | 'always'
  is: (use: CapabilityUse) => boolean
}[] = [
  { id: 'import-process', when: 'import', is: ofKind('process', 'plugin') },
  { id: 'import-network', when: 'import', is: ofKind('network') },
  { id: 'import-writes', when: 'import', is: isWrite },
  { id: 'import-secrets', when: 'import', is: ofKind('secrets') },
  { id: 'added-persistence', when: 'always', is: ofKind('persistence') },
  { id: 'added-native', when: 'always', is: ofKind('native', 'cgo', 'assembly', 'linkname', 'plugin') },
  { id: 'added-interpreter', when: 'always', is: ofKind('interpreter') },
  { id: 'added-global', when: 'always', is: ofKind('global') },
  { id: 'added-process', when: 'later', is: ofKind('process') },
  { id: 'added-network', when: 'later', is: ofKind('network') },
  { id: 'added-writes', when: 'later', is: (use) => isWrite(use) && use.kind !== 'persistence' },
  { id: 'added-secrets', when: 'later', is: ofKind('secrets') },
]

function ofKind(...kinds: CapabilityKind[]): (use: CapabilityUse) => boolean {
  return ({ kind }) => kinds.includes(kind)
}

/**
 * Signals about code that was added: beyond the original (`than: 'original'`) or beyond the repository
 * (`than: 'repository'`). `report` null: the contents were not compared.
 */
export function addedCodeSignals(report: CapabilityReport | null, version: string, than: Than): Signal[] {
  if (report === null) return [signal('added-unread', version, { than })]
  return [
    ...capabilitySignals(report, version, than),
    ...importSignals(report, version, than),
    ...disguiseSignals(report, version, than),
    ...unreadSignals(report, version, than),
  ]
}

function capabilitySignals(report: CapabilityReport, version: string, than: Than): Signal[] {
  const signals: Signal[] = []
  const add = (uses: readonly CapabilityUse[], through: { through?: string }): void => {
    for (const { id, when, is } of CAPABILITIES) {
      const held = uses.filter(
        (use) => is(use) && (when === 'always' || use.onImport === (when === 'import')),
      )
      if (held.length > 0) signals.push(signal(id, version, { than, ...through, ...useEvidence(held) }))
    }
  }
  add(report.uses, {})
  for (const { path, version: of, uses } of report.imported ?? []) {
    const through = `${path}@${of}`
    add(
      uses.map((use) => ({ ...use, file: `${through}/${use.file}` })),
      { through },
    )
  }
  return signals
}

function importSignals(report: CapabilityReport, version: string, than: Than): Signal[] {
  const signals: Signal[] = []
  const refused = (report.imported ?? []).filter((module) => module.refused === true)
  if (refused.length > 0) {
    const modules = refused.map(({ path, version: of }) => `${path}@${of}`)
    signals.push(signal('imports-refused', version, { than, modules }))
  }
  if (report.imports.length > 0) {
    const imports = report.imports.slice(0, MAX_QUOTED)
    signals.push(signal('added-import', version, { than, count: report.imports.length, imports }))
  }
  return signals
}

/** Returns true if added code acts on import, directly or through a module that it imports, or cannot be read. */
export function isArmed(report: CapabilityReport | null): boolean {
  if (report === null) return false
  const onImport = report.uses.filter((use) => use.onImport)
  const uses = [...onImport, ...(report.imported ?? []).flatMap((module) => module.uses)]
  return (
    (report.imported ?? []).some((module) => module.refused === true) ||
    uses.some((use) => ['process', 'plugin', 'network'].includes(use.kind) || isWrite(use)) ||
    report.unparsed.some(isOversized)
  )
}

/** Signals about a whole module's own code, for modules that have no original to subtract. */
export function wholeModuleSignals(report: CapabilityReport, version: string): Signal[] {
  // Commands start programs by profession, so `main` says nothing where no original is subtracted.
  const onImport = report.uses.filter((use) => use.onImport && use.reachedFrom[0] !== 'main')
  const signals: Signal[] = []
  const process = onImport.filter(ofKind('process'))
  const network = onImport.filter(ofKind('network'))
  if (process.length > 0) signals.push(signal('module-import-process', version, useEvidence(process)))
  if (network.length > 0) signals.push(signal('module-import-network', version, useEvidence(network)))
  return signals
}

function disguiseSignals(report: CapabilityReport, version: string, than: Than): Signal[] {
  const signals: Signal[] = []
  const add = (id: 'far-right' | 'generated-looking', uses: CapabilityUse[]): void => {
    if (uses.length > 0) signals.push(signal(id, version, { than, ...useEvidence(uses) }))
  }
  const named = namedPlaces(report)
  if (named.length > 0)
    signals.push(signal('named-place', version, { than, count: named.length, places: placeEvidence(named) }))
  if (report.strings.length > 0) {
    const strings = report.strings
      .slice(0, MAX_QUOTED)
      .map((s) => ({ file: s.file, line: s.line, value: s.value, how: s.how, quote: s.quote }))
    const places = placeEvidence(report.places)
    signals.push(signal('hidden-string', version, { than, count: report.strings.length, strings, places }))
  }
  add(
    'far-right',
    report.uses.filter((use) => use.column >= FAR_RIGHT_COLUMN),
  )
  const generated = new Set(report.generated)
  add(
    'generated-looking',
    report.uses.filter((use) => generated.has(use.file) && isUngenerated(use)),
  )
  return signals
}

const UNGENERATED = ofKind('process', 'persistence', 'native', 'interpreter', 'global', 'linkname')

/** True for what generators do not write. Generated clients use the network. */
function isUngenerated(use: CapabilityUse): boolean {
  return UNGENERATED(use) || isWrite(use)
}

/** Places that added code connects to, or that it names in code that runs on import. */
function namedPlaces({ uses, places }: CapabilityReport): Omit<NetworkPlace, 'column' | 'onImport'>[] {
  const dialled = uses
    .filter((use) => use.kind === 'network' && (use.onImport || use.calledFrom.length > 0))
    .flatMap(({ file, line, folded }) =>
      placesIn(folded ?? '', true).map((place) => ({ ...place, file, line })),
    )
  const all = [...dialled, ...places.filter(({ onImport }) => onImport)]
  // Port 0 asks the system for any free port.
  return all.filter(({ defanged }) => !/:0+$/.test(defanged))
}

function placeEvidence(
  places: readonly Omit<NetworkPlace, 'column' | 'onImport'>[],
): EvidenceOf<'named-place'>['places'] {
  return places
    .slice(0, MAX_QUOTED)
    .map((place) => ({ kind: place.kind, at: place.defanged, file: place.file, line: place.line }))
}

function unreadSignals(report: CapabilityReport, version: string, than: Than): Signal[] {
  const signals: Signal[] = []
  const beyond = report.unparsed.filter(isOversized)
  const broken = report.unparsed.filter((file) => !isOversized(file) && file.reason !== 'budget')
  for (const [id, files] of [['oversized', beyond] as const, ['unparsable', broken] as const]) {
    if (files.length === 0) continue
    signals.push(signal(id, version, { than, count: files.length, unparsed: files.slice(0, MAX_QUOTED) }))
  }
  if (report.truncated) {
    const why = report.notRead === undefined ? {} : { reason: report.notRead }
    signals.push(signal('added-unread', version, { than, limit: true, ...why }))
  }
  return signals
}

function useEvidence(uses: readonly CapabilityUse[]): EvidenceOf<'import-process'> {
  const lines = uses.slice(0, MAX_QUOTED).map((use) => ({
    file: use.file,
    line: use.line,
    column: use.column,
    what: use.what,
    reachedFrom: use.reachedFrom,
    calledFrom: use.calledFrom,
    quote: use.quote,
    folded: use.folded,
  }))
  return { count: uses.length, lines }
}
