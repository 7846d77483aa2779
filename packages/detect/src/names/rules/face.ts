import { ownerKey, topGroup } from '@mirrorwatch/gomod/paths/owner'
import type { PathParts, ProjectName } from '@mirrorwatch/gomod/paths/path-parts'
import {
  parseProjectKey,
  projectKey,
  projectNames,
  splitModulePath,
} from '@mirrorwatch/gomod/paths/path-parts'
import { hashOn, textHash } from './hash.ts'
import { Label } from './label.ts'

/** One name of a project, its words ready for comparison. A project with a vanity path has several faces. */
export interface Face {
  host: string
  owner: Label
  repository: Label
  account: string
  /** Of the account, to see at a glance that two are not the same. */
  accountHash: number
  /** Place among the faces of its project. */
  index: number
  /** The host as a person reads it, where hosts are compared. */
  hostLabel: Label
  /** Whether the host is a forge, or holds a target: then it imitates no other host. */
  hostKnown: boolean
}

/** Makes labels, remembering the words: few owners and hosts make up most of a list. */
export class LabelCache {
  readonly #labels = new Map<string, Label>()

  get(text: string): Label {
    let label = this.#labels.get(text)
    if (label === undefined) {
      // An attacker may send any number of words; what is forgotten is merely made again.
      if (this.#labels.size >= MOST_LABELS) this.#labels.clear()
      label = new Label(text)
      this.#labels.set(text, label)
    }
    return label
  }
}

const MOST_LABELS = 200_000

/** What is the same for every face at one host. */
export interface KnownHost {
  host: string
  label: Label
  known: boolean
  /** `host/`, what an account at it begins with, and the hash of that. */
  prefix: string
  prefixHash: number
}

/** `known`: whether it is a forge, or holds a target. */
export function knownHost(host: string, label: Label, known: boolean): KnownHost {
  return { host, label, known, prefix: `${host}/`, prefixHash: textHash(`${host}/`) }
}

/** `labelOf` may remember labels; most names of modules come by once, so that it would not pay for them. */
export function toFace(
  name: ProjectName,
  index: number,
  host: KnownHost,
  labelOf: (text: string) => Label = newLabel,
): Face {
  const group = topGroup(name.owner)
  const account = group === '' ? ownerKey(name) : host.prefix + group
  return {
    host: host.host,
    owner: labelOf(name.owner),
    repository: labelOf(name.repository),
    account,
    accountHash: group === '' ? textHash(account) : hashOn(host.prefixHash, group),
    index,
    hostLabel: host.label,
    hostKnown: host.known,
  }
}

function newLabel(text: string): Label {
  return new Label(text)
}

/** Names that mean one project each, from pairs of paths or repository addresses that are known to be the same. */
export class AliasTable {
  readonly #groups = new Map<string, Set<string>>()
  /** Of all names here, to see at a glance that a project has no other. */
  readonly #repositories = new Set<string>()

  /** `path` and `other` (a module path, or `host/owner/repository`) are the same project from now on. */
  add(path: string, otherPath: string): void {
    const parts = splitModulePath(path)
    const other = splitModulePath(otherPath)
    const keys = [...projectNames(parts), ...projectNames(other)].map(projectKey)
    const merged = new Set(keys.flatMap((key) => [...(this.#groups.get(key) ?? [key])]))
    for (const key of merged) {
      this.#groups.set(key, merged)
      this.#repositories.add(parseProjectKey(key).repository)
    }
  }

  /** All names of a path's project, its own first. */
  namesOf(parts: PathParts): ProjectName[] {
    const names = projectNames(parts)
    // Nearly no project has another name: nothing is made for those that have none.
    if (!names.some((name) => this.#repositories.has(name.repository))) return names
    const own = new Set(names.map(projectKey))
    const others = new Set([...own].flatMap((key) => [...(this.#groups.get(key) ?? [])]))
    return [...names, ...[...others].filter((key) => !own.has(key)).map(parseProjectKey)]
  }
}
