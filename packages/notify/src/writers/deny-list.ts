import { visibleLine } from '../blocks/visible-text.ts'

/** Module, or one version of it, that a proxy must not serve. */
export interface Denied {
  module: string
  /** Null for every version. */
  version: string | null
  reason: string
  /** The confirmed finding, if that is why. */
  finding: number | null
  /** Id of the entry of a database of malicious packages, if that is why. */
  listedAs: string | null
}

/** A form of the deny list. The same list at the same time has the same bytes. */
export interface DenyFormat {
  contentType: string
  /** Returns the whole text, dated `at`. */
  write(denied: readonly Denied[], at: Date): string
}

/** Every form of the deny list, by name. */
export const DENY_FORMATS = {
  json: { contentType: 'application/json', write: jsonList },
  athens: { contentType: 'text/plain; charset=utf-8', write: athensList },
  artifactory: { contentType: 'application/json', write: artifactoryList },
} as const satisfies Record<string, DenyFormat>

export type DenyFormatName = keyof typeof DENY_FORMATS

function jsonList(modules: readonly Denied[], at: Date): string {
  return `${JSON.stringify({ at: at.toISOString(), modules })}\n`
}

/**
 * Athens' download mode file (https://docs.gomods.io/configuration/download/). A pattern covers the module and what is below it.
 * Athens cannot deny single versions, so these become remarks.
 */
function athensList(denied: readonly Denied[], at: Date): string {
  const lines = denied.map(({ module, version }) => {
    const name = visibleLine(version === null ? module : `${module} ${version}`)
    if (version !== null) return `# ${name}: a single version`
    return isPlain(module)
      ? `download "${module}" {\n  mode = "none"\n}`
      : `# ${name}: not a path that Athens can match`
  })
  return [headOf(at, '# '), 'mode = "sync"', ...lines, ''].join('\n')
}

/**
 * Artifactory's settings of a repository (`POST /api/repositories/KEY`), limited to the exclude patterns and the notes. They
 * replace the patterns that are there.
 */
function artifactoryList(denied: readonly Denied[], at: Date): string {
  const patterns = denied
    .filter(({ module, version }) => isPlain(module) && isPlain(version ?? ''))
    .map(({ module, version }) =>
      version === null ? `${escaped(module)}/**` : `${escaped(module)}/@v/${escaped(version)}.*`,
    )
  return `${JSON.stringify({ excludesPattern: patterns.join(','), notes: headOf(at, '') })}\n`
}

function headOf(at: Date, before: string): string {
  return `${before}mirrorwatch: denied modules, ${at.toISOString()}`
}

/** Returns true for text without characters that mean something in a pattern or end a word: Go allows no others in a path. */
function isPlain(text: string): boolean {
  return /^[\w./~+-]*$/.test(text)
}

/** The GOPROXY protocol's form of a path or version: `!` and the small letter for each capital. */
function escaped(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)
}
