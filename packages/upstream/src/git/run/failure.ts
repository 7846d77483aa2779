import { GomodError } from '@mirrorwatch/gomod/errors'
import { cleanText } from '@mirrorwatch/gomod/untrusted-text'
import type { SpawnResult } from './spawn.ts'

/** The failure of a git command as an error: `git-failed`, or `too-large` if our limit ended it. */
export function gitFailure(what: string, result: SpawnResult): GomodError {
  const text = cleanText(result.untrustedStderr)
  if (result.killedBy === 'SIGXFSZ' || /SIGXFSZ|File too large|invalid index-pack output/.test(text)) {
    return new GomodError('too-large', `${what}: the repository is over the size limit`)
  }
  if (/out of memory|malloc, tried|mmap failed|Cannot allocate/i.test(text)) {
    return new GomodError('too-large', `${what}: git needs more memory than it is allowed`)
  }
  if (result.killedBy === 'SIGXCPU') return new GomodError('too-large', `${what}: over the limit of CPU time`)
  const status = result.killedBy ?? `status ${result.code}`
  return new GomodError('git-failed', `${what}: git ended with ${status}${text === '' ? '' : `: ${text}`}`)
}
