import { createHash } from 'node:crypto'
import type { RefSource } from '@mirrorwatch/testing/git/ref-server'

interface ForgeRepository {
  head: string
  tags: Map<string, string>
  deleted: boolean
}

/** A code host in memory. The same changes give the same commits. */
export class Forge {
  readonly #repositories = new Map<string, ForgeRepository>()
  #commits = 0

  add(path: string, tags: readonly string[]): void {
    const named = tags.map((tag): [string, string] => [tag, this.#commit()])
    this.#repositories.set(path, { head: this.#commit(), tags: new Map(named), deleted: false })
  }

  /** Answers as the host does. */
  readonly refsOf: RefSource = (path) => {
    const found = this.#repositories.get(path)
    return found === undefined || found.deleted ? null : { head: found.head, tags: [...found.tags] }
  }

  /** Lets a tag name another commit, or adds it. Returns both commits. */
  moveTag(path: string, tag: string): { from: string | undefined; to: string } {
    return this.setTag(path, tag, this.#commit())
  }

  setTag(path: string, tag: string, to: string): { from: string | undefined; to: string } {
    const { tags } = this.#get(path)
    const from = tags.get(tag)
    tags.set(tag, to)
    return { from, to }
  }

  /** Returns the commit that the tag named. */
  deleteTag(path: string, tag: string): string {
    const { tags } = this.#get(path)
    const from = tags.get(tag)
    if (from === undefined) throw new Error(`${path} has no tag ${tag}`)
    tags.delete(tag)
    return from
  }

  commit(path: string): void {
    this.#get(path).head = this.#commit()
  }

  setDeleted(path: string, deleted: boolean): void {
    this.#get(path).deleted = deleted
  }

  #get(path: string): ForgeRepository {
    const found = this.#repositories.get(path)
    if (found === undefined) throw new Error(`there is no ${path}`)
    return found
  }

  #commit(): string {
    return createHash('sha1')
      .update(`commit ${this.#commits++}`)
      .digest('hex')
  }
}
