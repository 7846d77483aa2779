import { z } from 'zod'
import type { CapabilityReport } from '../go/types.ts'
import type { Verification } from '../types.ts'
import { capabilityReportSchema } from './capability-schema.ts'
import type { Shape } from './shape.ts'

/**
 * What one inspection of one module version found: written by the inspect stage, kept in a row of `inspection`, read by the
 * assessment. The verdict and what belongs to it have columns of their own; {@link InspectionFacts} are one JSON column.
 */
export interface InspectionRecord extends Omit<Verification, 'module'> {
  facts: InspectionFacts
}

export interface InspectionFacts {
  /** Number of this form. A row with another number is not read: the version is inspected again. */
  form: 1
  /** Commit that the mirror recorded when it cached the version (`Origin.Hash`); null where it recorded none. */
  cachedCommit: string | null
  /** True where the checksum database signed the expected hash; without it the hash is that of the zip alone. */
  sumSigned: boolean
  /** The two hashes, where the zip served is not the one that the checksum database signed. */
  sumDisagrees: { zip: string; signed: string } | null
  /** True where the mirror refuses the module (403). */
  blocked: boolean
  /** True where the module path's page names a module server instead of a repository. */
  modServer: boolean
  /** Address where the repository answered, where the host redirected to it: a rename. */
  movedTo: string | null
  /** When the tag's commit says it was made, and when the index first listed the version, where the commit is younger. */
  younger: { commit: string; listed: string } | null
  /** True if a branch or tag reaches a pseudo-version's commit; null where that was not asked. */
  reachable: boolean | null
  /** Module path that the go.mod of the zip (or else of the tag) declares; null without a go.mod. */
  declaredPath: string | null
  /** Report on the code that the cached zip has beyond the repository; null where it was not read. */
  added: CapabilityReport | null
  /** Report on the module's whole code; read for look-alikes. */
  whole: CapabilityReport | null
}

/** Facts of an inspection that read no code and has nothing to say of the mirror or the repository. */
export const NO_FACTS: InspectionFacts = {
  form: 1,
  cachedCommit: null,
  sumSigned: false,
  sumDisagrees: null,
  blocked: false,
  modServer: false,
  movedTo: null,
  younger: null,
  reachable: null,
  declaredPath: null,
  added: null,
  whole: null,
}

const schema: z.ZodType<InspectionFacts> = z.object({
  form: z.literal(1),
  cachedCommit: z.string().nullable(),
  sumSigned: z.boolean(),
  sumDisagrees: z.object({ zip: z.string(), signed: z.string() }).nullable(),
  blocked: z.boolean(),
  modServer: z.boolean(),
  movedTo: z.string().nullable(),
  younger: z.object({ commit: z.string(), listed: z.string() }).nullable(),
  reachable: z.boolean().nullable(),
  declaredPath: z.string().nullable(),
  added: capabilityReportSchema.nullable(),
  whole: capabilityReportSchema.nullable(),
} satisfies Shape<InspectionFacts>)

/** Returns the facts in a JSON column; null for a form that this release does not know. */
export function readInspectionFacts(json: unknown): InspectionFacts | null {
  return schema.safeParse(json).data ?? null
}
