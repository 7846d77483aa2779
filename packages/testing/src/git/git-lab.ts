import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { GitJob } from '@mirrorwatch/upstream/git/run/job'
import { createGitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'

/** A file of a laboratory repository. A string is a regular file's content. */
type LabFile = string | Buffer | { executable: string } | { symlink: string } | { submodule: string }

/** Files by path. What follows `raw:` stands for bytes, one a character. */
export type LabFiles = Record<string, LabFile>

export interface LabTag {
  name: string
  /** `annotated`: a tag object; `nested`: a tag of a tag. */
  kind?: 'annotated' | 'nested'
}

/** Seconds since 1970 of all commits: the same repository has the same ids everywhere. */
const COMMIT_TIME = 1_600_000_000

const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'lab',
  GIT_AUTHOR_EMAIL: 'lab@example.com',
  GIT_COMMITTER_NAME: 'lab',
  GIT_COMMITTER_EMAIL: 'lab@example.com',
  GIT_COMMITTER_DATE: `${COMMIT_TIME} +0000`,
}

/** Runs the machine's git on a laboratory repository. */
export function git(dir: string, args: string[], input?: string | Buffer): string {
  return execFileSync('git', ['--git-dir', dir, ...args], {
    env: ENV,
    input: input ?? '',
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
}

/** Makes a bare repository with one commit, which the tags and the branch `main` name. */
export function makeRepository(dir: string, files: LabFiles, tags: LabTag[]): void {
  for (const folder of ['objects', 'refs/heads', 'refs/tags'])
    mkdirSync(path.join(dir, folder), { recursive: true })
  writeFileSync(path.join(dir, 'HEAD'), 'ref: refs/heads/main\n')
  const served = '[uploadpack]\nallowFilter = true\nallowAnySHA1InWant = true\n'
  writeFileSync(path.join(dir, 'config'), `[core]\nrepositoryFormatVersion = 0\nbare = true\n${served}`)
  addCommit(dir, files, tags)
}

/** Adds a commit on `main` whose tree is exactly `files`; moves the tags there. */
export function addCommit(dir: string, files: LabFiles, tags: LabTag[], time = COMMIT_TIME): void {
  const head = `commit refs/heads/main\nmark :1\ncommitter lab <lab@example.com> ${time} +0000\ndata 1\nx\n`
  const parts: Buffer[] = [Buffer.from(`${head}deleteall\n`)]
  for (const [name, file] of Object.entries(files)) parts.push(...fastImportFile(name, file))
  for (const { name } of tags) parts.push(Buffer.from(`reset refs/tags/${name}\nfrom :1\n\n`))
  git(dir, ['fast-import', '--quiet', '--force'], Buffer.concat(parts))
  for (const { name, kind } of tags) if (kind !== undefined) annotate(dir, name, kind)
}

/** Full id of what `name` comes to. */
export function commitOf(dir: string, name = 'refs/heads/main'): string {
  return git(dir, ['rev-parse', `${name}^{commit}`]).trim()
}

function annotate(dir: string, name: string, kind: 'annotated' | 'nested'): void {
  git(dir, ['tag', '-f', '-a', '-m', 'x', name, `refs/tags/${name}`])
  if (kind === 'nested') git(dir, ['tag', '-f', '-a', '-m', 'y', name, `refs/tags/${name}`])
}

function fastImportFile(name: string, file: LabFile): Buffer[] {
  const quoted = quote(name.startsWith('raw:') ? Buffer.from(name.slice(4), 'latin1') : Buffer.from(name))
  if (typeof file === 'object' && 'submodule' in file)
    return [Buffer.from(`M 160000 ${file.submodule} ${quoted}\n`)]
  const [mode, content] = modeAndContent(file)
  return [Buffer.from(`M ${mode} inline ${quoted}\ndata ${content.length}\n`), content, Buffer.from('\n')]
}

function modeAndContent(file: Exclude<LabFile, { submodule: string }>): [string, Buffer] {
  if (typeof file === 'string' || Buffer.isBuffer(file)) return ['100644', Buffer.from(file)]
  if ('executable' in file) return ['100755', Buffer.from(file.executable)]
  return ['120000', Buffer.from(file.symlink)]
}

/** A path in C notation, every byte that is not plain as octal. */
function quote(bytes: Buffer): string {
  let text = ''
  for (const byte of bytes) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
    text += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
  }
  return `"${text}"`
}

/** A job on a laboratory repository, in a folder below `workDir`. */
export async function openLabJob(workDir: string, repository: string): Promise<GitJob> {
  const sandbox = await createGitSandbox({ workDir })
  return sandbox.openJob({ url: `file://${repository}`, scheme: 'file', pin: null })
}
