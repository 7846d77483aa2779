import { createHash } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { DENY_FORMATS, type Denied, type DenyFormatName } from '@mirrorwatch/notify/writers/deny-list'
import { signList } from '@mirrorwatch/notify/writers/sign-list'
import { readDenyList } from '@mirrorwatch/pipeline/known/deny-list'
import { denialsVersion } from '@mirrorwatch/store/queries/denials'
import type { WebContext } from '../context.ts'
import { Kept } from '../kept.ts'
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

/** A list as it was read, with what was answered with it. */
interface KeptList {
  denied: readonly Denied[]
  hash: string
  answers: Map<DenyFormatName, DenyAnswer>
}

interface DenyAnswer {
  at: Date
  body: string
  headers: Record<string, string>
}

/**
 * Adds the deny list. It is read again after every decision and import, and in the background while proxies ask for it, as a
 * new version of a listed module may belong to it: reading it takes longer than a request may, with thousands of findings.
 */
export function mountDeny(api: ApiRouter, context: WebContext): void {
  const lists = new Kept<KeptList>(context.log, 1)
  const dateOf = createDates(context)
  api.openapi(denyRoute, async (c) => {
    const { db } = c.var
    const list = await lists.get(await denialsVersion(db), context.clock(), async () => {
      const denied = await readDenyList(db)
      return { denied, hash: hashOf(JSON.stringify(denied)), answers: new Map() }
    })
    const { format } = c.req.valid('query')
    const at = dateOf(list.hash)
    let answer = list.answers.get(format)
    if (answer?.at !== at) {
      answer = answerOf(list.denied, at, format, context)
      list.answers.set(format, answer)
    }
    return c.text(answer.body, 200, answer.headers)
  })
}

function answerOf(
  denied: readonly Denied[],
  at: Date,
  format: DenyFormatName,
  { config }: WebContext,
): DenyAnswer {
  const { contentType, write } = DENY_FORMATS[format]
  const body = write(denied, at)
  const { denyKey } = config.web
  const signature = denyKey === null ? null : signList(Buffer.from(body), denyKey).toString('base64')
  const headers = {
    'content-type': contentType,
    etag: `"${hashOf(body)}"`,
    ...(signature === null ? {} : { 'x-mirrorwatch-signature': signature }),
  }
  return { at, body, headers }
}

/** Returns the date of the list with a hash: an unchanged one keeps its date for {@link DATED_MS}, and so its bytes and its ETag. */
function createDates({ clock }: WebContext): (hash: string) => Date {
  let last: { hash: string; at: Date } | null = null
  return (hash) => {
    const now = clock()
    if (last === null || last.hash !== hash || now.getTime() - last.at.getTime() >= DATED_MS)
      last = { hash, at: now }
    return last.at
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
