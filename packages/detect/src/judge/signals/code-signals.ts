import type { EvidenceOf, Signal } from '../../finding.ts'
import { isOversized, isWrite } from '../../go/report/weight.ts'
import type { CapabilityReport, CapabilityUse } from '../../go/types.ts'
import { FAR_RIGHT_COLUMN, MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

type AddedUse =
  | 'import-process'
  | 'import-network'
  | 'import-writes'
  | 'import-other'
  | 'added-process'
  | 'added-network'
  | 'added-unseen'

const UNSEEN = new Set(['cgo', 'assembly', 'linkname', 'plugin'])
const OTHER = new Set(['files', 'environment', 'syscall', 'unsafe', 'cgo', 'linkname'])

/**
 * Signals about code that was added: beyond the original (`than: 'original'`) or beyond the repository
 * (`than: 'repository'`). `report` null: the contents were not compared.
 */
export function addedCodeSignals(
  report: CapabilityReport | null,
  version: string,
  than: 'original' | 'repository',
): Signal[] {
  if (report === null) return [signal('added-unread', version, { than })]
  const onImport = report.uses.filter((use) => use.onImport)
  const later = report.uses.filter((use) => !use.onImport)
  const signals: Signal[] = []
  const add = (id: AddedUse, uses: CapabilityUse[], through: { through?: string } = {}): void => {
    if (uses.length > 0) signals.push(signal(id, version, { than, ...through, ...useEvidence(uses) }))
  }
  const addActing = (uses: CapabilityUse[], through?: { through: string }): void => {
    add(
      'import-process',
      uses.filter((use) => use.kind === 'process' || use.kind === 'plugin'),
      through,
    )
    add('import-network', ofKind(uses, 'network'), through)
    add('import-writes', uses.filter(isWrite), through)
  }
  addActing(onImport)
  for (const { path, version: of, uses } of report.imported ?? []) {
    const through = `${path}@${of}`
    addActing(
      uses.map((use) => ({ ...use, file: `${through}/${use.file}` })),
      { through },
    )
  }
  add(
    'import-other',
    onImport.filter((use) => OTHER.has(use.kind) && !isWrite(use)),
  )
  add('added-process', ofKind(later, 'process'))
  add('added-network', ofKind(later, 'network'))
  add(
    'added-unseen',
    report.uses.filter((use) => UNSEEN.has(use.kind)),
  )
  const refused = (report.imported ?? []).filter((module) => module.refused === true)
  if (refused.length > 0) {
    const modules = refused.map(({ path, version: of }) => `${path}@${of}`)
    signals.push(signal('imports-refused', version, { than, modules }))
  }
  if (report.imports.length > 0) {
    const imports = report.imports.slice(0, MAX_QUOTED)
    signals.push(signal('added-import', version, { than, count: report.imports.length, imports }))
  }
  signals.push(...stringSignals(report, version, than))
  if (report.truncated) {
    const why = report.notRead === undefined ? {} : { reason: report.notRead }
    signals.push(signal('added-unread', version, { than, limit: true, ...why }))
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
  const process = ofKind(onImport, 'process')
  const network = ofKind(onImport, 'network')
  if (process.length > 0) signals.push(signal('module-import-process', version, useEvidence(process)))
  if (network.length > 0) signals.push(signal('module-import-network', version, useEvidence(network)))
  return signals
}

function stringSignals(report: CapabilityReport, version: string, than: 'original' | 'repository'): Signal[] {
  const signals: Signal[] = []
  if (report.strings.length > 0) {
    const strings = report.strings
      .slice(0, MAX_QUOTED)
      .map((s) => ({ file: s.file, line: s.line, value: s.value, how: s.how, quote: s.quote }))
    const places = report.places
      .slice(0, MAX_QUOTED)
      .map((place) => ({ kind: place.kind, at: place.defanged, file: place.file, line: place.line }))
    signals.push(signal('hidden-string', version, { than, count: report.strings.length, strings, places }))
  }
  const far = report.uses.filter((use) => use.column >= FAR_RIGHT_COLUMN)
  if (far.length > 0) signals.push(signal('far-right', version, { than, ...useEvidence(far) }))
  const beyond = report.unparsed.filter(isOversized)
  const broken = report.unparsed.filter((file) => !isOversized(file) && file.reason !== 'budget')
  for (const [id, files] of [['oversized', beyond] as const, ['unparsable', broken] as const]) {
    if (files.length === 0) continue
    signals.push(signal(id, version, { than, count: files.length, unparsed: files.slice(0, MAX_QUOTED) }))
  }
  return signals
}

function ofKind(uses: CapabilityUse[], kind: CapabilityUse['kind']): CapabilityUse[] {
  return uses.filter((use) => use.kind === kind)
}

function useEvidence(uses: CapabilityUse[]): EvidenceOf<'import-process'> {
  const lines = uses.slice(0, MAX_QUOTED).map((use) => ({
    file: use.file,
    line: use.line,
    column: use.column,
    what: use.what,
    reachedFrom: use.reachedFrom,
    quote: use.quote,
    folded: use.folded,
  }))
  return { count: uses.length, lines }
}
