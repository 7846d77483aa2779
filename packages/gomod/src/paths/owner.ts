import { registrableDomain } from './domain.ts'
import { modulePathFault } from './module-path.ts'
import { type ProjectName, projectNames, splitModulePath } from './path-parts.ts'

/**
 * Owners of modules. An owner is the party that decides what a path serves:
 *
 * - at a forge, the account, or the outermost of GitLab's nested groups: `github.com/spf13`, `gitlab.com/group`;
 * - behind a vanity host, the holder of its domain: `uber.org` for `go.uber.org/zap`;
 * - at gopkg.in, the GitHub account behind it, or the short name: `github.com/square`, `gopkg.in/yaml`.
 *
 * Owners are written in lower case, because code hosts and domains ignore letter case. No function here uses the network.
 */

/** Returns the owner of a module path. */
export function ownerOf(path: string): string {
  const parts = splitModulePath(path)
  const [name = { host: parts.host, owner: '', repository: '' }] = projectNames(parts)
  return ownerKey(name)
}

/** Returns every owner that the project of a module path is known under, its own first: `uber.org`, `github.com/uber-go`. */
export function ownersOf(path: string): string[] {
  return [...new Set(projectNames(splitModulePath(path)).map(ownerKey))]
}

/** Reports whether one party holds both modules. */
export function sameOwner(a: string, b: string): boolean {
  const owners = new Set(ownersOf(a))
  return ownersOf(b).some((owner) => owners.has(owner))
}

/**
 * Reads an owner as a person writes it: `github.com/Spf13`, `gitlab.com/group/subgroup`, `go.uber.org`, or the path of one of
 * the owner's modules.
 */
export function parseOwner(text: string): string {
  // An account splits like the module of a bare host; with a repository appended it is recognized as an account.
  return ownerOf(text.startsWith('gopkg.in/') ? text : `${text}/repository`)
}

/** Returns why a text names no owner, such as a code host alone, where everybody publishes; null where it names one. */
export function ownerFault(text: string): string | null {
  const fault = modulePathFault(text)
  if (fault !== null) return fault
  const { kind, owner } = splitModulePath(text.includes('/') ? `${text}/repository` : text)
  return kind !== 'vanity' && owner === '' && !text.startsWith('gopkg.in/')
    ? 'everybody can publish there'
    : null
}

/**
 * Returns the path prefix, as written, that lists the owner's modules in byte order: an account at a forge, else the host.
 * Leaves out a domain's other hosts, because they form no range of paths.
 */
export function ownerPrefix(path: string): string {
  const { host, kind, owner } = splitModulePath(path)
  if (owner !== '' && kind !== 'vanity') return `${host}/${topGroup(owner)}`
  return kind === 'gopkg' ? path : host
}

/** Returns the owner of a project's name. */
export function ownerKey(name: ProjectName): string {
  if (name.owner !== '') return `${name.host}/${topGroup(name.owner)}`
  return name.host === 'gopkg.in' ? `gopkg.in/${name.repository}` : registrableDomain(name.host)
}

/** Returns the part of an account that one party holds: the outermost of GitLab's nested groups. */
function topGroup(account: string): string {
  const group = account.indexOf('/')
  return group === -1 ? account : account.slice(0, group)
}
