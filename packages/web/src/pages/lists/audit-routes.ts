import type { Db } from '@mirrorwatch/store/database'
import { AUDIT_FIELDS, type AuditEntry, listDecisions } from '@mirrorwatch/store/decisions/audit'
import { stream } from 'hono/streaming'
import type { WebApp, WebContext } from '../../context.ts'
import { queryOf, viewerOf } from '../parts/viewer.ts'
import { auditPage } from './audit-page.ts'

const PAGE = 100
const EXPORT_PAGE = 1_000

/** Adds the audit log and its exports. */
export function mountAudit(app: WebApp, context: WebContext): void {
  app.get('/audit', async (c) => {
    const query = queryOf(c)
    const author = (query.get('author') ?? '').trim().slice(0, 200)
    const beforeId = numberIn(query.get('before'))
    const entries = await listDecisions(c.var.db, { limit: PAGE, beforeId, ...authorOf(author) })
    const last = entries.length < PAGE ? undefined : entries.at(-1)
    const more = new URLSearchParams({ ...(author === '' ? {} : { author }), before: String(last?.id) })
    const next = last === undefined ? null : `/audit?${more.toString()}`
    return c.html(auditPage(viewerOf(c, context), { entries, author, next }))
  })

  for (const format of ['csv', 'jsonl'] as const) {
    app.get(`/audit.${format}`, (c) => {
      const author = (c.req.query('author') ?? '').trim().slice(0, 200)
      const { db } = c.var
      c.header(
        'content-type',
        format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
      )
      c.header('content-disposition', `attachment; filename="mirrorwatch-audit.${format}"`)
      return stream(c, async (out) => {
        if (format === 'csv') await out.write(`${AUDIT_FIELDS.join(',')}\r\n`)
        for await (const entry of allDecisions(db, author))
          await out.write(format === 'csv' ? `${csvLine(entry)}\r\n` : `${JSON.stringify(entry)}\n`)
      })
    })
  }
}

async function* allDecisions(db: Db, author: string): AsyncGenerator<AuditEntry> {
  let beforeId: number | null = null
  for (;;) {
    const entries: AuditEntry[] = await listDecisions(db, {
      limit: EXPORT_PAGE,
      beforeId,
      ...authorOf(author),
    })
    yield* entries
    const last = entries.at(-1)
    if (last === undefined || entries.length < EXPORT_PAGE) return
    beforeId = last.id
  }
}

function csvLine(entry: AuditEntry): string {
  return AUDIT_FIELDS.map((name) => csvCell(entry[name])).join(',')
}

/** A cell that a spreadsheet would read as a formula begins with an apostrophe. */
function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function authorOf(author: string): { author?: string } {
  return author === '' ? {} : { author }
}

function numberIn(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}
