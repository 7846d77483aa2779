import { createHash } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { DENY_FORMATS, type Denied, type DenyFormatName } from '@mirrorwatch/notify/writers/deny-list'
import { signList } from '@mirrorwatch/notify/writers/sign-list'
import { readDenyList } from '@mirrorwatch/pipeline/known/deny-list'
import type { WebContext } from '../context.ts'
import type { ApiRouter } from './router.ts'
import { answers, time } from './shapes.ts'

const list = z
  .object({
    at: time,
    modules: z.array(
      z
        .object({
          module: z.string(),
          version: z.string().nullable().openapi({ description: 'Null: every version.' }),
          reason: z.string(),
          finding: z.number().nullable(),
          listedAs: z.string().nullable(),
        })
        .openapi('Denied'),
    ),
  })
  .openapi('DenyList')

const described = answers('The list, dated.', list)
const denyRoute = createRoute({
  method: 'get',
  path: '/deny',
  tags: ['questions'],
  summary:
    'Returns what a proxy should refuse: confirmed findings, and modules listed as malicious. With a key, the header X-Mirrorwatch-Signature has the Ed25519 signature of the body in Base64.',
  request: {
    query: z.object({
      format: z
        .enum(Object.keys(DENY_FORMATS) as [DenyFormatName])
        .default('json')
        .openapi({ description: 'The form of `findings export --format` of the same name, or JSON.' }),
    }),
  },
  responses: {
    ...described,
    200: {
      description: 'The list, dated.',
      content: { ...described[200].content, 'text/plain': { schema: z.string() } },
    },
  },
})

/** Time after which an unchanged list gets a new date, so that a proxy notices when updates no longer reach it. */
const DATED_MS = 3_600_000

export function mountDeny(api: ApiRouter, context: WebContext): void {
  const dateOf = createDates(context)
  api.openapi(denyRoute, async (c) => {
    const denied = await readDenyList(c.var.db)
    const { contentType, write } = DENY_FORMATS[c.req.valid('query').format]
    const body = write(denied, dateOf(denied))
    const { denyKey } = context.config.web
    if (denyKey !== null) {
      c.header('x-mirrorwatch-signature', signList(Buffer.from(body), denyKey).toString('base64'))
    }
    return c.text(body, 200, { 'content-type': contentType, etag: `"${hashOf(body)}"` })
  })
}

/** Returns the date of a list: an unchanged one keeps its date for {@link DATED_MS}, and so its bytes and its ETag. */
function createDates({ clock }: WebContext): (denied: readonly Denied[]) => Date {
  let last: { hash: string; at: Date } | null = null
  return (denied) => {
    const [hash, now] = [hashOf(JSON.stringify(denied)), clock()]
    if (last === null || last.hash !== hash || now.getTime() - last.at.getTime() >= DATED_MS)
      last = { hash, at: now }
    return last.at
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
