import { foldOwnPaths } from '../../diff/fold-path.ts'
import { GoScanner } from '../../prints/go-scanner.ts'
import type { CapabilityReport, CapabilityUse, ChangedRequirement } from '../types.ts'

/**
 * Returns what `after` has beyond `before`: the look-alike beyond the original, the cache beyond the repository. Both reports
 * must be of whole packages, so that a chain of calls from a changed file into an unchanged one is seen. Two uses are the
 * same where kind, target, folded arguments and quoted line agree once each module's own path is left out, wherever they
 * stand: moved and renamed code is not added code, and neither is code in another layout or with other comments.
 */
export function capabilityDifference(before: CapabilityReport, after: CapabilityReport): CapabilityReport {
  const pick = <T>(list: (report: CapabilityReport) => readonly T[], keyOf: (item: T) => string): T[] =>
    beyond(
      list(before).map((item) => withoutPath(keyOf(item), before)),
      list(after),
      (item) => withoutPath(keyOf(item), after),
    )
  const uses = pick((report) => report.uses, keyOfUse)
  const requirements = changedRequirements(before, after)
  return {
    files: after.files,
    ownPaths: after.ownPaths,
    // All of these are other modules: one that is nested in the look-alike's repository is not the one in the original's.
    imports: after.imports.filter((path) => !before.imports.includes(path)),
    uses: before.uses.some(isCommandUse) ? uses.map(asCalled) : uses,
    strings: pick(
      (report) => report.strings,
      (string) => `${string.value}\0${string.onImport}`,
    ),
    places: pick(
      (report) => report.places,
      (place) => `${place.defanged}\0${place.onImport}`,
    ),
    unparsed: pick(
      (report) => report.unparsed,
      (file) => `${file.file}\0${file.reason}`,
    ),
    truncated: before.truncated || after.truncated,
    ...(requirements.length === 0 ? {} : { requirements }),
    ...(after.embeds === undefined ? {} : { embeds: after.embeds }),
    ...(after.generated === undefined ? {} : { generated: after.generated }),
  }
}

/** Returns the uses of a module's newer version that the older one does not have. */
export function usesBeyond(
  before: readonly CapabilityUse[],
  after: readonly CapabilityUse[],
): CapabilityUse[] {
  return beyond(before.map(keyOfUse), after, keyOfUse)
}

function keyOfUse(use: CapabilityUse): string {
  return [use.kind, use.what, use.onImport, use.folded, codeOf(use.quote)].join('\0')
}

/** The requirements of `after` that `before` has in another version or not at all, those that the code imports. */
function changedRequirements(before: CapabilityReport, after: CapabilityReport): ChangedRequirement[] {
  const [old, own] = [before.requires, after.requires]
  if (old === undefined || own === undefined) return []
  return Object.entries(own).flatMap(([path, version]) => {
    const was = Object.hasOwn(old, path) ? (old[path] ?? null) : null
    const imports = after.imports.filter((each) => each === path || each.startsWith(`${path}/`))
    return was === version || imports.length === 0 ? [] : [{ path, version, was, imports }]
  })
}

/** True for what a command does as soon as it is started. */
function isCommandUse({ onImport, reachedFrom }: CapabilityUse): boolean {
  return onImport && reachedFrom[0] === 'main'
}

/** One more program that a command starts says nothing where it started some before: that is what it is for. */
function asCalled(use: CapabilityUse): CapabilityUse {
  return isCommandUse(use) ? { ...use, onImport: false, reachedFrom: [], calledFrom: use.reachedFrom } : use
}

/** Returns a quoted line's tokens. A quote is cut from a line, so that it may end within a token. */
function codeOf(quote: string): string {
  const bytes = Buffer.from(quote)
  const scanner = new GoScanner(bytes)
  const tokens: string[] = []
  while (scanner.next()) tokens.push(bytes.toString('utf8', scanner.start, scanner.end))
  return tokens.join(' ')
}

function withoutPath(key: string, { ownPaths }: CapabilityReport): string {
  return foldOwnPaths(key, ownPaths, 'module')
}

/** Returns the items of `after` whose keys are not in `before`, each as many times as `after` has more of them. */
function beyond<T>(before: readonly string[], after: readonly T[], keyOf: (item: T) => string): T[] {
  const left = new Map<string, number>()
  for (const key of before) left.set(key, (left.get(key) ?? 0) + 1)
  return after.filter((item) => {
    const key = keyOf(item)
    const count = left.get(key) ?? 0
    if (count === 0) return true
    left.set(key, count - 1)
    return false
  })
}
