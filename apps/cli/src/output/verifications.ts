import type { TargetVerdict, TargetVerification } from '../verified.ts'
import { note, printJson, printLine } from './print.ts'
import { startProgress } from './progress.ts'
import { formatGroup, formatSummary, formatVerification, groupKey } from './verification.ts'

export interface PrinterOptions {
  json?: boolean
  all?: boolean
}

/** Prints verifications as they come. */
export interface Printer extends Disposable {
  /** Verdicts that are not ignored. */
  readonly counts: ReadonlyMap<TargetVerdict, number>
  add(verification: TargetVerification): Promise<void>
  /** Prints what was held back, and the summary. */
  end(): Promise<void>
}

/**
 * Creates a printer for `total` verifications. What has files or hashes to show is printed at once. The others are held back,
 * so that equal outcomes become one paragraph: of a large go.sum, many have the same reason.
 */
export function createPrinter(total: number, options: PrinterOptions): Printer {
  const progress = startProgress('verify', 'versions')
  const counts = new Map<TargetVerdict, number>()
  const groups = new Map<string, TargetVerification[]>()
  const quiet = total > 1 && options.all !== true
  let done = 0
  let ignored = 0

  async function print(verification: TargetVerification): Promise<void> {
    const { verdict, files } = verification
    if (options.json === true) return printJson(verification)
    if (quiet && (verdict === 'same' || verification.ignored !== undefined)) return
    if (total === 1 || verdict === 'same' || verdict === 'sum-disagrees' || files.length > 0)
      return printLine(formatVerification(verification))
    const key = groupKey(verification)
    groups.set(key, [...(groups.get(key) ?? []), verification])
  }

  return {
    counts,
    async add(verification) {
      const { verdict } = verification
      if (verification.ignored !== undefined) ignored++
      else counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
      progress.clear()
      await print(verification)
      progress.set(++done, total)
    },
    async end() {
      progress.clear()
      for (const group of groups.values()) await printLine(formatGroup(group))
      if (ignored > 0) note(`${ignored} ignored`)
      if (total > 1) note(`${total} versions: ${formatSummary(counts)}`)
    },
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  }
}
