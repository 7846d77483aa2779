import { html } from 'hono/html'
import { headOf } from './head.ts'
import type { Html } from './html.ts'

/** Writes a page for those who are not signed in, or for whom nothing else can be shown. */
export function plainPage(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>${headOf(title)}</head>
<body class="plain-page">
<header class="bar"><a class="brand" href="/">mirrorwatch</a></header>
<main><div class="panel">${content}</div></main>
</body>
</html>`
}
