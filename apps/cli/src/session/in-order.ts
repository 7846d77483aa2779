/**
 * Runs `work` on all `items`, at most `limit` at once, and yields the results in the order of the items. The first error ends
 * it; what has begun still runs to its end.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = []
  let next = 0
  const start = (): void => {
    const item = items[next++]
    if (item === undefined) return
    const result = work(item)
    // The error is thrown when the result is awaited; until then it must not count as unhandled.
    result.catch(() => undefined)
    running.push(result)
  }
  while (next < Math.min(limit, items.length)) start()
  for (let done = 0; done < items.length; done++) {
    const result = running[done]
    if (result === undefined) return
    yield await result
    start()
  }
}
