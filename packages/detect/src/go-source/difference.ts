import type { CapabilityReport } from './types.ts'

/**
 * What `after` has beyond `before`: the look-alike beyond the original, the cache beyond the repository. Both reports
 * are of whole packages, so that a call chain that begins in a changed file and ends in an unchanged one is seen. Two uses
 * are the same where kind, target, folded arguments and quoted line are, wherever they stand: moved code is not added.
 */
export function capabilityDifference(before: CapabilityReport, after: CapabilityReport): CapabilityReport {
  return {
    files: after.files,
    imports: after.imports.filter((path) => !before.imports.includes(path)),
    uses: beyond(before.uses, after.uses, (use) =>
      [use.kind, use.what, use.onImport, use.folded, use.quote.replace(/\s+/g, ' ')].join('\0'),
    ),
    strings: beyond(before.strings, after.strings, (string) => `${string.value}\0${string.onImport}`),
    places: beyond(before.places, after.places, (place) => `${place.defanged}\0${place.onImport}`),
    unparsed: beyond(before.unparsed, after.unparsed, (file) => `${file.file}\0${file.reason}`),
    truncated: before.truncated || after.truncated,
  }
}

/** Items of `after` that `before` has not, each as often as it is there more. */
function beyond<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): T[] {
  const left = new Map<string, number>()
  for (const item of before) left.set(keyOf(item), (left.get(keyOf(item)) ?? 0) + 1)
  return after.filter((item) => {
    const count = left.get(keyOf(item)) ?? 0
    if (count === 0) return true
    left.set(keyOf(item), count - 1)
    return false
  })
}
