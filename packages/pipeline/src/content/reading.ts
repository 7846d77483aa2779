import type { ModuleComparison } from '@mirrorwatch/detect/clone/types'
import type { OnImport } from '@mirrorwatch/detect/go/report/imported'
import { notReadReport } from '@mirrorwatch/detect/go/report/not-read'
import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import { isPipelineError } from '../errors.ts'
import type { Answers, FullReading, SharedZip, SoundListing, Task, TaskAnswer } from './tasks.ts'

/** Reason with constant text, so that a repeated inspection does not look like a new outcome. */
const TOO_MUCH = 'too much source to analyse in the time and memory that one module may have'

export type AskTask = (task: Task, cpuMs: number) => Promise<TaskAnswer>

/**
 * Reading of one module and its comparisons. If a module needs more time or memory than one module may have, that is a fact
 * about it: nothing more of it is read, and `stopped` says so.
 */
export class Reading {
  readonly #ask: AskTask
  #leftMs: number
  #stopped: string | null = null

  constructor(ask: AskTask, cpuMs: number) {
    this.#ask = ask
    this.#leftMs = cpuMs
  }

  /** Reason why the rest was not read, for display; null if everything was read. */
  get stopped(): string | null {
    return this.#stopped
  }

  /** Lists the zip. Returns null if it is defective. */
  list(own: SharedZip): Promise<SoundListing | null> {
    return this.#answer<'list'>({ kind: 'list', own }, () => null)
  }

  /** Compares two zips. Returns null if one of them is defective. */
  compare(original: SharedZip, own: SharedZip): Promise<ModuleComparison | null> {
    return this.#answer<'compare'>({ kind: 'compare', own, original }, () => null)
  }

  beyondOriginal(original: SharedZip, own: SharedZip): Promise<CapabilityReport | null> {
    return this.#answer<'beyond-original'>({ kind: 'beyond-original', own, original }, notReadReport)
  }

  whole(own: SharedZip): Promise<CapabilityReport | null> {
    return this.#answer<'whole'>({ kind: 'whole', own }, notReadReport)
  }

  /** Fingerprints the code and finds unusual files. Returns null if the zip is defective or was not read. */
  full(own: SharedZip): Promise<FullReading | null> {
    return this.#answer<'read'>({ kind: 'read', own }, () => null)
  }

  /** Finds what a module does when some of its packages are imported. Returns null if that was not read. */
  onImport(own: SharedZip, importPaths: readonly string[]): Promise<OnImport | null> {
    return this.#answer<'on-import'>({ kind: 'on-import', own, importPaths }, () => null)
  }

  beyondRepository(
    own: SharedZip,
    shown: ReadonlyMap<string, Buffer | null>,
  ): Promise<CapabilityReport | null> {
    return this.#answer<'beyond-repository'>({ kind: 'beyond-repository', own, shown }, notReadReport)
  }

  async #answer<K extends Task['kind']>(
    task: Task & { kind: K },
    otherwise: (why: string) => Answers[K],
  ): Promise<Answers[K]> {
    if (this.#stopped !== null) return otherwise(this.#stopped)
    try {
      const { value, cpuMs } = await this.#ask(task, this.#leftMs)
      this.#leftMs -= cpuMs
      return value as Answers[K]
    } catch (error) {
      if (!isPipelineError(error, 'too-much')) throw error
      this.#stopped = TOO_MUCH
      return otherwise(this.#stopped)
    }
  }
}
