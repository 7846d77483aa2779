import * as z from 'zod'

/**
 * The shapes of evidence. Every signal of the table names one of them; several signals share a shape. Writers show a field by
 * its name, so a new shape made of texts, numbers and the lists below is shown without further code.
 */

const count = z.number()
const text = z.string()
/** Base that added code was compared with. */
const than = z.enum(['original', 'repository'])

/** A piece of code that uses a capability, and its position. */
const codeUse = z.object({
  file: text,
  line: z.number(),
  column: z.number(),
  what: text,
  /** Call chain on import, outermost first; empty if it runs only when called. */
  reachedFrom: z.array(text),
  /** Call chain from an exported function, where importing does not reach it; empty if none was found. */
  calledFrom: z.array(text),
  quote: text,
  /** String arguments with constants evaluated; null if there are none. */
  folded: text.nullable(),
})
export type CodeUseEvidence = z.infer<typeof codeUse>

/** A string that the code builds from pieces. */
const builtString = z.object({
  file: text,
  line: z.number(),
  value: text,
  how: z.array(text),
  quote: text,
})
export type BuiltStringEvidence = z.infer<typeof builtString>

/** A file that differs between zip and repository. */
const changedFile = z.object({
  path: text,
  change: z.enum(['modified', 'only-in-zip', 'only-in-repository', 'eol-only']),
  diff: text.nullable(),
})
export type ChangedFileEvidence = z.infer<typeof changedFile>

/** Uses of a capability. `than` is missing where nothing was subtracted; `through` names the imported module that does it. */
export const uses = z.object({
  than: z.exactOptional(than),
  through: z.exactOptional(text),
  count,
  lines: z.array(codeUse),
})

/** Capabilities, as ids of signals, that the version `since` did not have. */
export const begun = z.object({ since: text, capabilities: z.array(text), count, lines: z.array(codeUse) })

/** Network places, written so that no program makes a link of them. */
const networkPlaces = z.array(z.object({ kind: text, at: text, file: text, line: z.number() }))

/** Strings that a version hides, and `since` did not. */
export const begunHiding = z.object({
  since: text,
  count,
  strings: z.array(builtString),
  places: networkPlaces,
})
/** Imports of an owner without a history, which the version `since` did not have. */
export const strangerImports = z.object({
  since: text,
  owner: text,
  modules: count,
  firstSeenAt: text,
  imports: z.array(text),
})
export const burst = z.object({ versions: count, from: text, until: text })

export const refusedImports = z.object({ than, modules: z.array(text) })
/** Requirements as `path version, was version`. */
export const requirements = z.object({ than, count, requirements: z.array(text) })
export const addedImports = z.object({ than, count, imports: z.array(text) })
/** `limit` is true where a limit kept part of the code from being read; `reason` says which. */
export const unread = z.object({ than, limit: z.exactOptional(z.boolean()), reason: z.exactOptional(text) })

/** `than` is missing where nothing was subtracted. */
export const hiddenStrings = z.object({
  than: z.exactOptional(than),
  count,
  strings: z.array(builtString),
  /** Network places in the same code. */
  places: networkPlaces,
})

export const places = z.object({ than, count, places: networkPlaces })

export const unparsedFiles = z.object({
  than,
  count,
  unparsed: z.array(z.object({ file: text, reason: text, line: z.number().nullable() })),
})

/** A look-alike's content against its original's. `inPlace` is there where the copy holds the original among other code. */
export const copy = z.object({
  original: text,
  originalVersion: text,
  /** 0 to 1. */
  similarity: z.number(),
  inPlace: z.exactOptional(z.number()),
  equal: count,
  equalButPath: count,
  changed: count,
  added: count,
  removed: count,
  declaredPath: text.nullable(),
  compared: z.array(
    z.object({ path: text, relation: z.enum(['equal-but-path', 'changed', 'added', 'removed']) }),
  ),
  diff: text.nullable(),
})

/** Files that a Go module has little reason to contain, each with what was seen. */
export const unusualFiles = z.object({ count, files: z.array(z.object({ path: text, detail: text })) })

/** Source files in which a copy differs from its original, out of those compared. */
export const smallChange = z.object({ files: z.array(text), of: count })

/**
 * A version's zip against its repository. `files` counts all that differ; `quoted` holds the first of them. `proof`: what the two
 * hashes prove, and what of it can be forged.
 */
export const difference = z.object({
  repository: text.nullable(),
  commit: text.nullable(),
  expectedSum: text.nullable(),
  repositorySum: text.nullable(),
  proof: z.exactOptional(z.array(text)),
  files: count,
  quoted: z.array(changedFile),
  notes: z.array(text),
})

/** A difference that an earlier inspection showed, and when. */
export const pastDifference = z.object({
  firstSeenAt: text,
  lastSeenAt: text,
  reason: text,
  ...difference.shape,
})
/** Actions on import of code that differed in the past: ids of the signals, the lines, the refused modules that it imported. */
export const pastImport = z.object({
  firstSeenAt: text,
  lastSeenAt: text,
  rules: z.array(text),
  lines: z.array(codeUse),
  modules: z.array(text),
})

/** `proof`: how that is known, and what of it can be forged. Commits that the tag named when the version was cached, and names now. */
export const movedTag = z.object({
  cached: text.nullable(),
  now: text.nullable(),
  proof: z.exactOptional(z.array(text)),
})
export const missing = z.object({
  repository: z.exactOptional(text.nullable()),
  reason: z.exactOptional(text),
})
/** Events of a tag or a repository, oldest first, one line each. */
export const changes = z.object({ repository: text, tag: z.exactOptional(text), changes: z.array(text) })
/** A commit that the repository hands out, though none of its branches and tags reaches it. */
export const unreachable = z.object({ repository: text.nullable(), commit: text.nullable() })
export const sums = z.object({ zip: text, signed: text })
export const mirrorWords = z.object({ says: text })
export const maliciousEntry = z.object({ id: text, source: text, summary: text })
export const nameRule = z.object({
  nameRule: text,
  target: text,
  distance: z.number().nullable(),
  reason: text,
  targetDependents: count,
})
export const campaign = z.object({
  id: text,
  kind: z.enum(['content', 'repository-name']),
  owners: count,
  modules: count,
  others: z.array(text),
})
export const declaredPath = z.object({ declaredPath: text })
export const owner = z.object({ owner: text, modules: count, firstSeenAt: text })
export const sameProject = z.object({ target: text, why: text })
export const caseVariant = z.object({ target: text })
/** When the feed first knew the module and the target. */
export const ages = z.object({ module: text, target: text })
export const dependents = z.object({ dependents: count })
export const allowEntry = z.object({
  kind: z.enum(['pair', 'owner', 'path']),
  target: text.nullable(),
  who: text,
  when: text,
  why: text,
})
export const nothing = z.object({})
