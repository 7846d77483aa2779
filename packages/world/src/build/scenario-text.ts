import { WorldError } from './errors.ts'
import { applyDirective, type Draft } from './scenario-directives.ts'
import type { FileMode, WorldSpec } from './spec.ts'

/**
 * Reads a scenario: lines that begin with `@` are directives, `-- path --` begins a file of the last commit, everything
 * up to the next of either is its content (blank lines at its end are dropped; `@@` begins a content line with `@`).
 * Lines before the first directive are for the reader.
 *
 *     @repository github.com/boltdb-go/bolt   @alias PATH   @author Name <mail>   @state private|deleted
 *     @commit 2021-11-10T10:00:00Z Message     @amend TIME MESSAGE     @branch NAME
 *     @clear     @copy REPOSITORY REF     @replace FROM => TO          (for the commit above)
 *     @tag NAME [MESSAGE]     @delete-tag NAME
 *     @cache MODULE VERSION TIME [none|no-ref]     @module MODULE VERSION COMMIT-TIME CACHED-AT
 *     @page ROOT VCS URL [SUBDIRECTORY]     @redirect OLD NEW     @block MODULE     @feed PATH VERSION TIME
 *
 * File headers: `-- path --`, `-- path mode=120000 --` (a symlink; its content is the target), `-- path removed --`.
 *
 * @throws WorldError `invalid-spec`, with the line number.
 */
export function parseScenario(text: string): Required<WorldSpec> {
  const reader = new ScenarioReader()
  for (const [index, line] of text.split('\n').entries()) {
    try {
      reader.read(line)
    } catch (cause) {
      throw new WorldError('invalid-spec', `scenario line ${index + 1}: ${(cause as Error).message}`, {
        cause,
      })
    }
  }
  return reader.end()
}

/** Joins scenarios into one spec, repositories in the order given (a copy needs its original before it). */
export function joinScenarios(parts: WorldSpec[]): Required<WorldSpec> {
  return {
    repositories: parts.flatMap((part) => part.repositories),
    redirects: Object.assign({}, ...parts.map((part) => part.redirects)) as Record<string, string>,
    pages: parts.flatMap((part) => part.pages ?? []),
    looseVersions: parts.flatMap((part) => part.looseVersions ?? []),
    feedLines: parts.flatMap((part) => part.feedLines ?? []),
    blocked: parts.flatMap((part) => part.blocked ?? []),
  }
}

interface OpenFile {
  path: string
  mode: FileMode
  removed: boolean
  lines: string[]
}

const FILE_HEADER = /^-- (.+?)(?: mode=(100644|100755|120000|160000))?( removed)? --$/

class ScenarioReader {
  readonly #draft: Draft = { spec: joinScenarios([]) }
  #file: OpenFile | undefined

  read(line: string): void {
    const header = FILE_HEADER.exec(line)
    if (header) {
      const [, path = '', mode = '100644', removed] = header
      this.#endFile()
      this.#file = { path, mode: mode as FileMode, removed: removed !== undefined, lines: [] }
      if (!this.#draft.commit && !this.#draft.loose)
        throw new WorldError('invalid-spec', `file ${path} belongs to no commit`)
    } else if (line.startsWith('@') && !line.startsWith('@@')) {
      this.#endFile()
      const [name = '', ...words] = line.slice(1).trimEnd().split(' ')
      applyDirective(this.#draft, name, words)
    } else if (this.#file) {
      this.#file.lines.push(line.startsWith('@@') ? line.slice(1) : line)
    }
  }

  end(): Required<WorldSpec> {
    this.#endFile()
    return this.#draft.spec
  }

  #endFile(): void {
    const file = this.#file
    if (!file) return
    this.#file = undefined
    while (file.lines.at(-1) === '') file.lines.pop()
    const text = file.lines.map((line) => `${line}\n`).join('')
    const { loose, commit } = this.#draft
    if (loose) {
      loose[file.path] = text
    } else if (commit) {
      // A link's target and a submodule's commit are not lines of text.
      const content = file.mode.startsWith('100') ? text : text.trimEnd()
      ;(commit.files ??= {})[file.path] = file.removed ? null : { mode: file.mode, content }
    }
  }
}
