import { html } from 'hono/html'
import type { Html } from './html.ts'

/** Writes a page for those who are not signed in, or for whom nothing else can be shown. */
export function plainPage(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · mirrorwatch</title>
<link rel="stylesheet" href="/assets/mirrorwatch.css">
<link rel="icon" href="/assets/mark.svg">
</head>
<body class="plain-page">
<header class="bar"><a class="brand" href="/">mirrorwatch</a></header>
<main><div class="panel">${content}</div></main>
</body>
</html>`
}
