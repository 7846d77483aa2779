import { html } from 'hono/html'
import type { Html } from './html.ts'

/** Returns what the head of every page holds. */
export function headOf(title: string): Html {
  return html`
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · mirrorwatch</title>
<link rel="stylesheet" href="/assets/mirrorwatch.css">
<link rel="icon" href="/assets/mark.svg">`
}
