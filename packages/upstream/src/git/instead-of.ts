/** A rewrite of addresses, like git's `url.<to>.insteadOf <from>`: an address that starts with `from` starts with `to` instead. */
export interface InsteadOf {
  from: string
  to: string
}

/**
 * Rewrites `url` by the longest rule that matches, as git does. `rewritten` is true where one did: the operator has
 * then vouched for the scheme and the host of the result.
 */
export function rewriteUrl(rules: readonly InsteadOf[], url: string): { url: string; rewritten: boolean } {
  let best: InsteadOf | null = null
  for (const rule of rules) {
    if (url.startsWith(rule.from) && (best === null || rule.from.length > best.from.length)) best = rule
  }
  if (best === null) return { url, rewritten: false }
  return { url: best.to + url.slice(best.from.length), rewritten: true }
}

/** The address that `url` stands for: the inverse of {@link rewriteUrl}, for showing what a mirror's answer means. */
export function restoreUrl(rules: readonly InsteadOf[], url: string): string {
  let best: InsteadOf | null = null
  for (const rule of rules) {
    if (url.startsWith(rule.to) && (best === null || rule.to.length > best.to.length)) best = rule
  }
  return best === null ? url : best.from + url.slice(best.to.length)
}
