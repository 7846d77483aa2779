/** First cachings that are less than this apart say nothing about which module came first: a feed or a scan may bring both at once. */
const TIED_MS = 24 * 60 * 60 * 1000

/** Returns true where the mirror first cached `a` clearly before `b`. */
export function isOlder(a: Date, b: Date): boolean {
  return a.getTime() + TIED_MS < b.getTime()
}
