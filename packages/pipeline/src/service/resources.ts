/**
 * Resources of something that is being opened. Disposing of it closes them, last one first; {@link Resources.move} hands
 * them over once everything is open. It is the part of `AsyncDisposableStack` that mirrorwatch uses: Node 22 lacks that class.
 */
export class Resources implements AsyncDisposable {
  #close: (() => PromiseLike<void> | void)[] = []

  use<T extends AsyncDisposable | null | undefined>(resource: T): T {
    if (resource) this.defer(() => resource[Symbol.asyncDispose]())
    return resource
  }

  defer(close: () => PromiseLike<void> | void): void {
    this.#close.push(close)
  }

  /** Returns a new owner of all resources; this one has none afterwards. */
  move(): Resources {
    const owner = new Resources()
    owner.#close = this.#close
    this.#close = []
    return owner
  }

  /** Closes every resource even if one cannot be closed. @throws the first error */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = []
    for (const close of this.#close.splice(0).toReversed()) {
      try {
        await close()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
