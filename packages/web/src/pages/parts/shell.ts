import { html } from 'hono/html'
import { headOf } from './head.ts'
import type { Html } from './html.ts'

/** Person who looks at a page. */
export interface Viewer {
  name: string
  role: 'reader' | 'triage'
  now: Date
}

export interface PageOptions {
  title: string
  /** The entry of the navigation that is current. */
  area: Area
  /** A message about what was just done. */
  notice?: Html | null
  /** Address of an Atom feed with the same content. */
  feed?: string
  /** The widest pages use the whole window. */
  wide?: boolean
}

const AREAS = [
  ['overview', '/', 'Overview'],
  ['findings', '/findings', 'Findings'],
  ['allow', '/allow', 'Allow list'],
  ['watch', '/watch', 'Watch list'],
  ['audit', '/audit', 'Audit log'],
] as const
type Area = (typeof AREAS)[number][0]

/** Writes a whole page around its content. */
export function page(viewer: Viewer, { title, area, notice, feed, wide }: PageOptions, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>${headOf(title)}
${feed === undefined ? '' : html`<link rel="alternate" type="application/atom+xml" title="${title}" href="${feed}">`}
<script type="module" src="/assets/page.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
  <a class="brand" href="/">mirrorwatch</a>
  <nav aria-label="Main">${AREAS.map(
    ([id, to, text]) => html`<a href="${to}"${id === area ? html` aria-current="page"` : ''}>${text}</a>`,
  )}</nav>
  <form class="search" action="/search" role="search"><label class="hidden" for="search">Search module paths</label><input id="search" type="search" name="q" maxlength="300" placeholder="Part of a path ( / )" autocomplete="off"></form>
  <span class="who" title="Role: ${viewer.role}">${viewer.name}</span>
  <form method="post" action="/sign-out"><button class="plain">Sign out</button></form>
</header>
<div id="notice" role="status">${notice ?? ''}</div>
<main id="main" tabindex="-1"${wide === true ? html` class="wide"` : ''}>
${content}
</main>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl class="keys">${KEYS.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
<form method="dialog"><button>Close</button></form></dialog>
</body>
</html>`
}

const KEYS = [
  ['j / k', 'next, previous finding'],
  ['o', 'open the finding'],
  ['x', 'select the finding'],
  ['c', 'confirm: the selected findings, or this one'],
  ['d', 'dismiss: the selected findings, or this one'],
  ['n / p', 'next, previous marked line'],
  ['/', 'search'],
  ['y', 'copy a link to this finding or line'],
  ['?', 'this help'],
] as const
