import type { Signal } from '../../finding.ts'
import { isWrite } from '../../go/capability/writes.ts'
import { placesIn } from '../../go/report/network-places.ts'
import { isOversized } from '../../go/report/weight.ts'
import type { CapabilityReport, CapabilityUse, NetworkPlace } from '../../go/types.ts'
import { CAPABILITIES, heldBy, ofKind, useEvidence } from './capability-rules.ts'
import { isArgument, placeEvidence, stringEvidence } from './hidden-arguments.ts'
import { FAR_RIGHT_COLUMN, MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

type Than = 'original' | 'repository'

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
    for (const rule of CAPABILITIES) {
      const held = heldBy(rule, uses)
      if (held.length > 0) signals.push(signal(rule.id, version, { than, ...through, ...useEvidence(held) }))
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
  const changed = report.requirements ?? []
  if (changed.length > 0) {
    const requirements = changed
      .slice(0, MAX_QUOTED)
      .map(({ path, version: now, was }) => `${path} ${now}${was === null ? '' : `, was ${was}`}`)
    signals.push(signal('requirement-changed', version, { than, count: changed.length, requirements }))
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

const UNGENERATED = ofKind('process', 'persistence', 'native', 'interpreter', 'global', 'linkname')

/** True for what generators do not write. Generated clients use the network, and those of mkwinsyscall load DLLs of Windows. */
function isUngenerated(use: CapabilityUse): boolean {
  if (
    /(^|\/)zsyscall_windows\.go$/.test(use.file) &&
    /\.(NewLazySystemDLL|NewLazyDLL|NewProc|Syscall(N|\d*))$/.test(use.what)
  )
    return false
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
