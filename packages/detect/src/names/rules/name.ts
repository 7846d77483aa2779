import { ownerKey } from '@mirrorwatch/gomod/paths/owner'
import type { ProjectName } from '@mirrorwatch/gomod/paths/path-parts'
import { readableHost } from '../words/readable-host.ts'
import { Word } from '../words/word.ts'

/** A host in comparable form. */
export interface Host {
  text: string
  /** The host as a person reads it. */
  word: Word
  /** True for a forge, and for the host of a target; such a host imitates no other. */
  isKnown: boolean
}

/** One name of a project, its words ready for comparison. A project with a vanity path has several names. */
export interface Name {
  host: Host
  owner: Word
  repository: Word
  /** Who publishes under the name: `host/owner`, or a domain. */
  account: string
  /** Position among the names of its project; of two names that match, the first is shown. */
  index: number
}

export function toHost(text: string, isKnown: boolean): Host {
  return { text, word: new Word(readableHost(text)), isKnown }
}

export function toName(name: ProjectName, index: number, host: Host): Name {
  return {
    host,
    owner: new Word(name.owner),
    repository: new Word(name.repository),
    account: ownerKey(name),
    index,
  }
}
