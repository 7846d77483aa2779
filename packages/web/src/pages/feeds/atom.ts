import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { html, raw } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'

export interface FeedOptions {
  /** Address of the page without a slash at its end. */
  base: string
  /** The list that the feed follows, and the feed itself, below `base`. */
  list: string
  self: string
  title: string
  now: Date
}

/** Writes findings as an Atom feed (RFC 4287), the latest change first. */
export function atomFeed(findings: readonly Finding[], { base, list, self, title, now }: FeedOptions): Html {
  const latest = findings.toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1))
  return html`${raw('<?xml version="1.0" encoding="utf-8"?>\n')}<feed xmlns="http://www.w3.org/2005/Atom">
<id>${base}${self}</id><title>${title}</title><updated>${latest[0]?.changedAt ?? now.toISOString()}</updated>
<link rel="self" href="${base}${self}"/><link rel="alternate" type="text/html" href="${base}${list}"/>
${latest.map(({ id, severity, module, target, summary, changedAt, firstSeenAt, status }) => {
  const imitates = target === null ? '' : ` imitates ${visibleLine(target)}`
  return html`<entry><id>${base}${findingLink(id)}</id><title>${severity}: ${visibleLine(module)}${imitates}</title>
<updated>${changedAt}</updated><published>${firstSeenAt}</published><author><name>mirrorwatch</name></author>
<link rel="alternate" type="text/html" href="${base}${findingLink(id)}"/><category term="${severity}"/><category term="${status}"/>
<summary>${visibleLine(summary)}</summary></entry>
`
})}</feed>
`
}
