import type { Severity } from '@mirrorwatch/detect/severity'
import { html } from 'hono/html'
import type { Html } from './html.ts'

export function severityBadge(severity: Severity): Html {
  return html`<span class="badge ${severity}">${severity}</span>`
}

/** Returns a status in words, as a chip. */
export function statusChip(status: string): Html {
  return html`<span class="chip status-${status}">${status}</span>`
}
