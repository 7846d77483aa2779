import { type ModuleContent, readContent } from './module-content.ts'
import type { SharedZip } from './tasks.ts'

/** Limit on contents kept for the next question about the same zip, for as many ordinary modules as are inspected at once. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024
/** Always kept, of any size: a module and the one that it is compared with. */
const LEAST_KEPT = 2

/** Reader that caches the most recently used modules: an inspection asks several questions about one zip. */
export class RecentModules {
  /** Contents by the zip's id, most recently used last. */
  readonly #kept = new Map<number, { content: ModuleContent; bytes: number }>()
  #bytes = 0

  /** Opens a zip. Returns null if it is defective. */
  async open({ id, path, version, bytes }: SharedZip): Promise<ModuleContent | null> {
    const content = this.#take(id) ?? (await readContent(Buffer.from(bytes), path, version))
    if (content !== null) this.#keep(id, content)
    return content
  }

  #take(id: number): ModuleContent | null {
    const known = this.#kept.get(id)
    if (known === undefined) return null
    this.#kept.delete(id)
    this.#bytes -= known.bytes
    return known.content
  }

  #keep(id: number, content: ModuleContent): void {
    const bytes = [...content.contents.values()].reduce((sum, { length }) => sum + length, 0)
    this.#kept.set(id, { content, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_KEPT_BYTES || this.#kept.size <= LEAST_KEPT) return
      this.#take(oldest)
    }
  }
}
