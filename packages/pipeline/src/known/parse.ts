import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import type { AffectedVersions, MaliciousRow } from '@mirrorwatch/store/tables/malicious'
import * as z from 'zod'
import { PipelineError } from '../errors.ts'

/** Text without what Postgres cannot store: NUL, and halves of surrogate pairs. */
const text = z
  .string()
  .max(300)
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'has characters that are none')
const list = <T extends z.ZodType>(of: T): z.ZodDefault<z.ZodArray<T>> => z.array(of).max(20_000).default([])
const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/, 'is not a time')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is not a time')

/** The fields of https://ossf.github.io/osv-schema/ that are used. */
const entrySchema = z.object({
  id: text.min(1),
  published: time.optional(),
  withdrawn: time.optional(),
  aliases: list(text),
  summary: z.string().max(20_000).default(''),
  details: z.string().max(1_000_000).default(''),
  affected: list(
    z.object({
      package: z.object({ ecosystem: text, name: z.string().max(2_000) }).optional(),
      versions: list(text),
      ranges: list(
        z.object({
          type: text,
          events: list(
            z.object({ introduced: text.optional(), fixed: text.optional(), last_affected: text.optional() }),
          ),
        }),
      ),
    }),
  ),
  database_specific: z
    .object({
      cwe_ids: list(text),
      'malicious-packages-origins': z.unknown().optional(),
      status: text.optional(),
    })
    .optional()
    .catch(undefined),
})

type Entry = z.infer<typeof entrySchema>

/** Rows of one entry: none if it is about other ecosystems, about vulnerabilities, or about an unconfirmed finding. */
export interface ParsedEntry {
  rows: Omit<MaliciousRow, 'source'>[]
  kind: 'malicious' | 'withdrawn' | 'vulnerability' | 'other-ecosystem' | 'unconfirmed'
}

/** Prefix of ids in mirrorwatch's own export; `findings export --format osv` can contain unconfirmed findings. */
const OWN_PREFIX = 'x_mirrorwatch-'

/** Limit on a stored summary, in characters. */
const MAX_SUMMARY = 300

/**
 * Parses one OSV entry. Leaves out entries that are not about malice, so a whole database of vulnerabilities can be given.
 *
 * @throws PipelineError `bad-input`, naming the entry's file and the fault
 */
export function parseOsvEntry(untrustedText: string, file: string): ParsedEntry {
  const entry = check(untrustedText, file)
  const modules = byModule(entry, file)
  if (modules.size === 0) return { rows: [], kind: 'other-ecosystem' }
  if (entry.id.startsWith(OWN_PREFIX)) {
    const status = entry.database_specific?.status
    // A dismissed finding withdraws what was imported while it was confirmed.
    if (status !== 'confirmed' && entry.withdrawn === undefined) return { rows: [], kind: 'unconfirmed' }
  } else if (!isAboutMalice(entry)) return { rows: [], kind: 'vulnerability' }
  const withdrawnAt = entry.withdrawn ?? null
  const rows = [...modules].map(([module, affected]) => ({
    id: entry.id,
    module,
    summary: summaryOf(entry),
    affected,
    publishedAt: entry.published ?? null,
    withdrawnAt,
  }))
  return { rows, kind: withdrawnAt === null ? 'malicious' : 'withdrawn' }
}

function check(untrustedText: string, file: string): Entry {
  let json: unknown
  try {
    json = JSON.parse(untrustedText)
  } catch (error) {
    throw new PipelineError(
      'bad-input',
      `${file} is not JSON: ${error instanceof Error ? error.message : ''}`,
      {
        todo: 'Give one OSV entry a file, or one a line.',
        cause: error,
      },
    )
  }
  const { success, data, error } = entrySchema.safeParse(json)
  if (success) return data
  const [issue] = error.issues
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`
  throw new PipelineError(
    'bad-input',
    `${file} is not an OSV entry: ${issue?.message ?? 'no object'}${where}`,
    {
      todo: 'See https://ossf.github.io/osv-schema/.',
    },
  )
}

/** Returns true for malware. CWE-506, "embedded malicious code", is in GitHub's malware advisories. */
function isAboutMalice({ id, aliases, database_specific: own }: Entry): boolean {
  if ([id, ...aliases].some((name) => name.startsWith('MAL-'))) return true
  return (
    own !== undefined && (own.cwe_ids.includes('CWE-506') || own['malicious-packages-origins'] !== undefined)
  )
}

function byModule(entry: Entry, file: string): Map<string, AffectedVersions> {
  const modules = new Map<string, AffectedVersions>()
  for (const { package: named, versions, ranges } of entry.affected) {
    if (named?.ecosystem !== 'Go' || named.name === 'stdlib' || named.name === 'toolchain') continue
    const fault = modulePathFault(named.name)
    if (fault !== null)
      throw new PipelineError(
        'bad-input',
        `${file} names the module ${JSON.stringify(named.name)}: ${fault}`,
        {
          todo: 'Correct or remove the entry.',
        },
      )
    const known = modules.get(named.name)
    // Git ranges name commits, not versions.
    const own = {
      versions,
      ranges: ranges.filter(({ type }) => type !== 'GIT').map(({ events }) => ({ events })),
    }
    const every = own.versions.length === 0 && own.ranges.length === 0
    if (known === undefined) modules.set(named.name, own)
    else if (every || isEvery(known)) modules.set(named.name, { versions: [], ranges: [] })
    else
      modules.set(named.name, {
        versions: [...known.versions, ...own.versions],
        ranges: [...known.ranges, ...own.ranges],
      })
  }
  return modules
}

function isEvery({ versions, ranges }: AffectedVersions): boolean {
  return versions.length === 0 && ranges.length === 0
}

function summaryOf({ summary, details, id }: Entry): string {
  const [line = ''] = (summary === '' ? details : summary).trim().split('\n')
  return (line === '' ? id : line).slice(0, MAX_SUMMARY).replaceAll('\0', '').toWellFormed()
}
