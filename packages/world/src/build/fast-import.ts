import type { Commit, History, RefTarget } from './history.ts'
import type { Tree } from './spec.ts'

/** A ref that commits are written to on the way; it does not outlive the stream. */
const SCRATCH_REF = 'refs/world/scratch'
const NO_OBJECT = '0'.repeat(40)

/** Work of one `git fast-import` run: commits from `firstCommit` on, then refs (null deletes a ref). */
export interface ImportBatch {
  firstCommit: number
  refs: Map<string, RefTarget | null>
}

/**
 * The fast-import stream for a batch. Commit `i` has the mark `i + 1`. Commits that no ref names any more (a moved tag's
 * old one) are written all the same: real hosts keep them too.
 */
export function fastImportStream(history: History, batch: ImportBatch): Buffer {
  const parts: (string | Buffer)[] = ['feature done\n']
  for (let i = batch.firstCommit; i < history.commits.length; i++) writeCommit(parts, history, i)
  for (const [ref, target] of batch.refs) writeRef(parts, history, ref, target)
  parts.push(`reset ${SCRATCH_REF}\nfrom ${NO_OBJECT}\n\n`, 'done\n')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function writeCommit(parts: (string | Buffer)[], history: History, index: number): void {
  const commit = history.commits[index] as Commit
  const who = `${commit.author} ${commit.seconds} +0000`
  // Without the reset, a root commit would silently follow the scratch ref's last commit.
  if (commit.parent === null) parts.push(`reset ${SCRATCH_REF}\n\n`)
  parts.push(
    `commit ${SCRATCH_REF}\nmark :${index + 1}\nauthor ${who}\ncommitter ${who}\n`,
    data(commit.message),
  )
  if (commit.parent !== null) parts.push(`from :${commit.parent + 1}\n`)
  const before = commit.parent === null ? new Map() : (history.commits[commit.parent] as Commit).tree
  writeTreeChanges(parts, before, commit.tree)
  parts.push('\n')
}

function writeTreeChanges(parts: (string | Buffer)[], before: Tree, after: Tree): void {
  for (const path of before.keys()) if (!after.has(path)) parts.push(`D ${quotePath(path)}\n`)
  for (const [path, file] of after) {
    if (before.get(path) === file) continue
    if (file.mode === '160000') {
      parts.push(`M 160000 ${file.content.toString('latin1')} ${quotePath(path)}\n`)
      continue
    }
    parts.push(`M ${file.mode} inline ${quotePath(path)}\ndata ${file.content.length}\n`, file.content, '\n')
  }
}

function writeRef(parts: (string | Buffer)[], history: History, ref: string, target: RefTarget | null): void {
  if (target === null) {
    parts.push(`reset ${ref}\nfrom ${NO_OBJECT}\n\n`)
    return
  }
  if (target.annotation === undefined) {
    parts.push(`reset ${ref}\nfrom :${target.commit + 1}\n\n`)
    return
  }
  const { author, seconds } = history.commits[target.commit] as Commit
  const name = ref.slice('refs/tags/'.length)
  parts.push(
    `tag ${name}\nfrom :${target.commit + 1}\ntagger ${author} ${seconds} +0000\n`,
    data(target.annotation),
  )
}

function data(text: string): string {
  const message = text.endsWith('\n') ? text : `${text}\n`
  return `data ${Buffer.byteLength(message)}\n${message}\n`
}

/** Only a leading quote or a newline has a meaning in a path that ends the line (git-fast-import(1)). */
function quotePath(path: string): string {
  if (!path.startsWith('"') && !path.includes('\n')) return path
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `"${escaped}"`
}
