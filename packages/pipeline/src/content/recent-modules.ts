import { type ModuleContent, readContent } from './module-content.ts'
import type { SharedZip } from './tasks.ts'

/** Limit on contents kept for the next question about the same zip: one module of the largest kind, or many small ones. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024

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
      if (this.#bytes <= MAX_KEPT_BYTES) return
      this.#take(oldest)
    }
  }
}
