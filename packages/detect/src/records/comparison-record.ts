import { z } from 'zod'
import type { ComparedFile, ModuleComparison } from '../clone/types.ts'
import type { CapabilityReport } from '../go/types.ts'
import { capabilityReportSchema } from './capability-schema.ts'
import { oneOf, type Shape } from './shape.ts'

/** One version of a look-alike compared with an original, as `comparison.result` holds it. */
export interface ComparisonRecord {
  /** Number of this form. A row with another number is not read: the version is inspected again. */
  form: 1
  comparison: ModuleComparison
  /** Report on the code that the look-alike has beyond the original; null where it was not read. */
  added: CapabilityReport | null
}

const comparedFile: z.ZodType<ComparedFile> = z.object({
  path: z.string(),
  relation: oneOf<ComparedFile['relation']>({
    'equal-but-path': true,
    changed: true,
    added: true,
    removed: true,
  }),
} satisfies Shape<ComparedFile>)

const moduleComparison: z.ZodType<ModuleComparison> = z.object({
  original: z.string(),
  originalVersion: z.string(),
  lookalike: z.string(),
  lookalikeVersion: z.string(),
  counted: z.number(),
  similarity: z.number(),
  equal: z.number(),
  equalButPath: z.number(),
  changed: z.number(),
  added: z.number(),
  removed: z.number(),
  files: z.array(comparedFile),
  diff: z.string().nullable(),
  declaredPath: z.string().nullable(),
  nearCopy: z.boolean(),
  inPlace: z.number(),
  contained: z.number(),
  holdsOriginal: z.boolean(),
} satisfies Shape<ModuleComparison>)

const schema: z.ZodType<ComparisonRecord> = z.object({
  form: z.literal(1),
  comparison: moduleComparison,
  added: capabilityReportSchema.nullable(),
} satisfies Shape<ComparisonRecord>)

/** Returns the comparison in a JSON column; null for a form that this release does not know. */
export function readComparisonRecord(json: unknown): ComparisonRecord | null {
  return schema.safeParse(json).data ?? null
}
