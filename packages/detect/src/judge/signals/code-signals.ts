import type { EvidenceOf, Signal } from '../../finding.ts'
import { isWrite } from '../../go/capability/writes.ts'
import { PLAIN } from '../../go/fold/hidden.ts'
import { placesIn } from '../../go/report/network-places.ts'
import { isOversized } from '../../go/report/weight.ts'
import type {
  CapabilityKind,
  CapabilityReport,
  CapabilityUse,
  FoldedString,
  NetworkPlace,
} from '../../go/types.ts'
import type { BuiltStringEvidence } from './evidence.ts'
import { FAR_RIGHT_COLUMN, MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'
import type { SignalId } from './table.ts'

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

function disguiseSignals(report: CapabilityReport, version: string, than: Than): Signal[] {
  const signals: Signal[] = []
  const add = (id: 'far-right' | 'generated-looking', uses: CapabilityUse[]): void => {
    if (uses.length > 0) signals.push(signal(id, version, { than, ...useEvidence(uses) }))
  }
  const named = namedPlaces(report)
  if (named.length > 0)
    signals.push(signal('named-place', version, { than, count: named.length, places: placeEvidence(named) }))
  const hidden = report.strings.filter((string) => isArgument(string, report.uses))
  for (const [id, strings] of [
    ['hidden-argument', hidden] as const,
    ['hidden-string', report.strings] as const,
  ])
    if (strings.length > 0)
      signals.push(
        signal(id, version, {
          than,
          count: strings.length,
          strings: strings.slice(0, MAX_QUOTED).map(stringEvidence),
          places: placeEvidence(report.places),
        }),
      )
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

function stringEvidence({ file, line, value, how, quote }: FoldedString): BuiltStringEvidence {
  return { file, line, value, how, quote }
}

/** Characters up to which a text that is only joined from pieces is no template. */
const MAX_JOINED = 200
const TAKES_HIDDEN = ofKind(
  'process',
  'network',
  'files',
  'persistence',
  'interpreter',
  'native',
  'plugin',
  'secrets',
  'global',
)

/** True for a hidden string that a capability is given, or that is made on import. */
function isArgument(string: FoldedString, uses: readonly CapabilityUse[]): boolean {
  return (string.onImport && !isTemplate(string)) || isArgumentOf(string, uses)
}

function isArgumentOf(string: FoldedString, uses: readonly CapabilityUse[]): boolean {
  if (isTemplate(string)) return false
  return uses.some((use) => TAKES_HIDDEN(use) && use.folded?.includes(string.value) === true)
}

function isTemplate({ value, how }: FoldedString): boolean {
  return how.every((way) => PLAIN.has(way)) && (value.length > MAX_JOINED || value.includes('\\n'))
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
