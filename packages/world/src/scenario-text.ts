import { WorldError } from './errors.ts'
import type { CommitStep, FileMode, OriginStyle, RepositorySpec, Step, WorldSpec } from './spec.ts'

/**
 * Reads a scenario: lines that begin with `@` are directives, `-- path --` begins a file of the last commit, everything
 * up to the next of either is its content (a blank line before a directive or file is dropped; `@@` begins a content
 * line with `@`). Lines before the first directive are for the reader.
 *
 *     @repository github.com/boltdb-go/bolt      @alias PATH   @author Name <mail>   @state deleted
 *     @commit 2021-11-10T10:00:00Z Message        @amend TIME MESSAGE   @clear   @copy REPOSITORY REF   @replace FROM => TO
 *     @branch NAME    @tag NAME [MESSAGE]    @delete-tag NAME
 *     @cache MODULE VERSION TIME [none|no-ref]
 *     @page ROOT VCS URL    @redirect OLD NEW    @block MODULE    @feed PATH VERSION TIME
 *     @module MODULE VERSION TIME AT
 *
 * File headers: `-- path --`, `-- path mode=120000 --`, `-- path removed --`; a symlink's or gitlink's final newline is dropped.
 *
 * @throws WorldError `invalid-spec`, with the line number.
 */
export function parseScenario(text: string): Required<WorldSpec> {
  const reader = new ScenarioReader()
  for (const [index, line] of text.split('\n').entries()) reader.read(line, index + 1)
  reader.endFile()
  return reader.spec
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

const FILE_HEADER = /^-- (.+?)(?: mode=(\d{6}))?( removed)? --$/

class ScenarioReader {
  readonly spec = joinScenarios([])
  #repository: RepositorySpec | undefined
  #commit: CommitStep | undefined
  #loose: Record<string, string> | undefined
  #file: OpenFile | undefined
  #line = 0

  read(line: string, number: number): void {
    this.#line = number
    const header = FILE_HEADER.exec(line)
    if (header) {
      this.endFile()
      this.#file = {
        path: header[1] as string,
        mode: (header[2] ?? '100644') as FileMode,
        removed: header[3] !== undefined,
        lines: [],
      }
    } else if (line.startsWith('@') && !line.startsWith('@@')) {
      this.endFile()
      this.#directive(line.slice(1).trimEnd().split(' '))
    } else if (this.#file) {
      this.#file.lines.push(line.startsWith('@@') ? line.slice(1) : line)
    }
  }

  endFile(): void {
    const file = this.#file
    if (!file) return
    this.#file = undefined
    while (file.lines.at(-1) === '') file.lines.pop()
    const text = file.lines.map((line) => `${line}\n`).join('')
    if (this.#loose) {
      this.#loose[file.path] = text
      return
    }
    if (!this.#commit) throw this.#error(`file ${file.path} belongs to no commit`)
    const content = file.mode.startsWith('1007') || file.mode === '100644' ? text : text.trimEnd()
    const files = (this.#commit.files ??= {})
    files[file.path] = file.removed ? null : { mode: file.mode, content }
  }

  #directive(words: string[]): void {
    const [name = '', a, b, c, d] = words
    const need = (word: string | undefined): string => {
      if (!word) throw this.#error(`@${name} lacks a word`)
      return word
    }
    const rest = (from: number) => words.slice(from).join(' ')
    switch (name) {
      case 'repository':
        this.#repository = { path: need(a), steps: [] }
        this.#commit = undefined
        this.#loose = undefined
        this.spec.repositories.push(this.#repository)
        break
      case 'alias':
        ;(this.#open().aliases ??= []).push(need(a))
        break
      case 'author':
        this.#open().author = rest(1)
        break
      case 'state':
        this.#open().state = need(a) as NonNullable<RepositorySpec['state']>
        break
      case 'commit':
      case 'amend':
        this.#commit = { do: 'commit', time: need(a), message: rest(2), amend: name === 'amend' }
        this.#step(this.#commit)
        break
      case 'clear':
        this.#lastCommit().clear = true
        break
      case 'copy':
        this.#lastCommit().copy = { repository: need(a), ref: need(b), replace: [] }
        break
      case 'replace':
        this.#replace(rest(1))
        break
      case 'branch':
        this.#step({ do: 'branch', name: need(a) })
        break
      case 'tag':
        this.#step({ do: 'tag', name: need(a), ...(b ? { message: rest(2) } : {}) })
        break
      case 'delete-tag':
        this.#step({ do: 'delete-tag', name: need(a) })
        break
      case 'cache':
        this.#step({
          do: 'cache',
          module: need(a),
          version: need(b),
          at: need(c),
          origin: (d ?? 'full') as OriginStyle,
        })
        break
      case 'page':
        this.spec.pages.push({ root: need(a), vcs: need(b), url: need(c) })
        break
      case 'redirect':
        this.spec.redirects[need(a)] = need(b)
        break
      case 'block':
        this.spec.blocked.push(need(a))
        break
      case 'feed':
        this.spec.feedLines.push({ path: need(a), version: need(b), at: need(c) })
        break
      case 'module':
        this.#loose = {}
        this.spec.looseVersions.push({
          module: need(a),
          version: need(b),
          time: need(c),
          at: need(d),
          files: this.#loose,
        })
        break
      default:
        throw this.#error(`unknown directive @${name}`)
    }
  }

  #open(): RepositorySpec {
    if (!this.#repository) throw this.#error('no @repository yet')
    return this.#repository
  }

  #lastCommit(): CommitStep {
    if (!this.#commit) throw this.#error('no @commit yet')
    return this.#commit
  }

  #replace(words: string): void {
    const copy = this.#lastCommit().copy
    const [from, to, more] = words.split(' => ')
    if (!copy || !from || to === undefined || more !== undefined)
      throw this.#error('@replace needs a @copy before it, and FROM => TO')
    ;(copy.replace ??= []).push([from, to])
  }

  #step(step: Step): void {
    this.#open().steps.push(step)
  }

  #error(message: string): WorldError {
    return new WorldError('invalid-spec', `scenario line ${this.#line}: ${message}`)
  }
}
