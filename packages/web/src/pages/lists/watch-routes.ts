import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { modulesOfBill } from '@mirrorwatch/gomod/mod/bill-of-materials'
import { parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { modulesOfGoMod } from '@mirrorwatch/gomod/mod/project-files'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { watchFault } from '@mirrorwatch/pipeline/config/watch-fault'
import { MAX_WATCHED, unwatch, watchPage, watchPaths } from '@mirrorwatch/store/watch/entries'
import { html } from 'hono/html'
import * as z from 'zod'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { requireTriage } from '../../require-triage.ts'
import { idOf, queryOf, viewerOf } from '../parts/viewer.ts'
import { watchListPage } from './watch-page.ts'

const words = (separator: RegExp): ((text: string) => string[]) => {
  return (text) =>
    text
      .split(separator)
      .map((each) => each.trim())
      .filter((each) => each !== '')
}

/** Entries of one page. */
const PAGE = 100

const schema = z.object({
  paths: z.string().max(200_000).default('').transform(words(/\s+/)),
  file: z.instanceof(File).optional(),
  reason: z.string().trim().min(1).max(2_000),
  mail: z
    .string()
    .max(2_000)
    .default('')
    .transform(words(/[\s,;]+/))
    .pipe(z.array(z.email()).max(20)),
  channels: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((value) => [value].flat()),
  minSeverity: z.enum(SEVERITIES).default('high'),
})

/** Adds the page of watched paths. */
export function mountWatch(app: WebApp, context: WebContext): void {
  app.get('/watch', async (c) => {
    const query = queryOf(c)
    const position = { after: query.get('after'), from: query.get('from') }
    const page = await watchPage(c.var.db, { limit: PAGE, ...position })
    const notice = query.get('saved') === '1' ? html`<p>Saved.</p>` : null
    const channels = [...context.config.channels.keys()]
    return c.html(watchListPage(viewerOf(c, context), { ...page, channels, notice }))
  })

  app.post('/watch', requireTriage, async (c) => {
    const parsed = schema.safeParse(await c.req.parseBody({ all: true }))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new WebProblem(422, `The form could not be read: ${issue?.path.join('.')}: ${issue?.message}`)
    }
    const { paths, file, ...rest } = parsed.data
    const wanted = [...paths, ...(file === undefined || file.size === 0 ? [] : await requiredBy(file))]
    const [wrong] = wanted.filter((path) => modulePathFault(path) !== null)
    if (wrong !== undefined)
      throw new WebProblem(422, `“${wrong}” is not a module path: ${modulePathFault(wrong)}.`)
    if (wanted.length === 0 || wanted.length > MAX_WATCHED)
      throw new WebProblem(422, `Name 1 to ${MAX_WATCHED} paths.`)
    const fault = watchFault({ paths: wanted, channels: rest.channels }, context.config)
    if (fault !== null) throw new WebProblem(422, fault)
    const source = file === undefined || file.size === 0 ? null : file.name.slice(0, 300)
    const request = { ...rest, paths: wanted, source, author: c.var.person.name, via: 'page' } as const
    await c.var.db.transaction().execute((trx) => watchPaths(trx, request, context.clock()))
    return c.redirect('/watch?saved=1', 303)
  })

  app.post('/watch/:id/remove', requireTriage, async (c) => {
    const id = idOf(c.req.param('id'))
    const by = { author: c.var.person.name, via: 'page' } as const
    await c.var.db.transaction().execute((trx) => unwatch(trx, { id }, by, context.clock()))
    return c.redirect('/watch?saved=1', 303)
  })
}

/** Returns the modules that a go.mod, a go.sum or a bill of materials names. */
async function requiredBy(untrustedFile: File): Promise<string[]> {
  const text = await untrustedFile.text()
  try {
    if (untrustedFile.name.endsWith('.mod')) return modulesOfGoMod(text)
    if (untrustedFile.name.endsWith('.sum')) return [...new Set(parseGoSum(text).map(({ path }) => path))]
    return modulesOfBill(text).modules
  } catch (error) {
    if (isGomodError(error)) throw new WebProblem(422, `The file could not be read: ${error.message}`)
    throw error
  }
}
