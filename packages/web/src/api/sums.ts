import { createRoute, z } from '@hono/zod-openapi'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { type GoSumLine, parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { findingsOn } from '@mirrorwatch/store/queries/known-findings'
import { storedSums } from '@mirrorwatch/store/queries/stored-sums'
import { isSetAside } from '@mirrorwatch/store/status'
import { WebProblem } from '../problem.ts'
import type { ApiRouter } from './router.ts'
import { answers, severity } from './shapes.ts'

/** Lines of one go.sum. Those of the largest monorepos have some 20,000. */
const MAX_LINES = 50_000

const verdict = z.enum(['agrees', 'sum-disagrees', 'unknown'])

const verifyRoute = createRoute({
  method: 'post',
  path: '/verify',
  tags: ['questions'],
  summary: 'Compares the lines of a go.sum with what the store knows. Asks no upstream.',
  request: { body: { content: { 'text/plain': { schema: z.string() } }, required: true } },
  responses: answers(
    'The lines that need attention, and how many do not.',
    z
      .object({
        agrees: z.number(),
        unknown: z.number(),
        lines: z.array(
          z.object({
            module: z.string(),
            version: z.string(),
            of: z.enum(['zip', 'go.mod']),
            verdict,
            sum: z.string(),
            storedSum: z.string().nullable(),
          }),
        ),
        findings: z.array(
          z.object({ id: z.number(), module: z.string(), severity, status: z.string(), summary: z.string() }),
        ),
      })
      .openapi('Verification'),
  ),
})

export function mountVerify(api: ApiRouter): void {
  api.openapi(verifyRoute, async (c) => {
    const lines = parse(await c.req.text())
    const stored = await storedSums(c.var.db, lines)
    const judged = lines.map((line, at) => {
      const { zipSum = null, goModSum = null } = stored[at] ?? {}
      const storedSum = line.of === 'zip' ? zipSum : goModSum
      return { ...line, storedSum, verdict: verdictOf(line.sum, storedSum) }
    })
    const count = (of: z.infer<typeof verdict>): number => judged.filter((line) => line.verdict === of).length
    const findings = await findingsOn(c.var.db, [...new Set(lines.map(({ path }) => path))])
    return c.json(
      {
        agrees: count('agrees'),
        unknown: count('unknown'),
        lines: judged
          .filter((line) => line.verdict === 'sum-disagrees')
          .map(({ path, ...line }) => ({ module: path, ...line })),
        findings: findings
          .filter(({ status }) => !isSetAside(status))
          .map(({ id, module, severity: how, status, summary }) => ({
            id,
            module,
            severity: how,
            status,
            summary,
          })),
      },
      200,
    )
  })
}

function parse(untrustedText: string): GoSumLine[] {
  try {
    const lines = parseGoSum(untrustedText)
    if (lines.length <= MAX_LINES) return lines
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new WebProblem(400, error.message)
  }
  throw new WebProblem(413, `A go.sum may have ${MAX_LINES} lines at most.`)
}

function verdictOf(sum: string, storedSum: string | null): z.infer<typeof verdict> {
  if (storedSum === null) return 'unknown'
  return sum === storedSum ? 'agrees' : 'sum-disagrees'
}
