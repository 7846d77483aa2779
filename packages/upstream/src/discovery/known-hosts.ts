import { GomodError } from '@mirrorwatch/gomod/errors'

/** The repository that the form of a module path names. */
export interface KnownRepository {
  /** Module path of the repository's root. */
  root: string
  vcs: string
  url: string
}

interface HostRule {
  prefix: string
  /** Group `root`, and `repo` where the address is not simply `https://` and the root. */
  pattern: RegExp
  vcs: string
}

const ELEMENT = '[A-Za-z0-9_.\\-]+'
const REST = `(?:/${ELEMENT})*$`

/** The hosts that the go command knows (cmd/go/internal/vcs, `vcsPaths`); a path there that does not fit is an error. */
const HOSTS: HostRule[] = [
  host('github.com/', `github\\.com/${ELEMENT}/${ELEMENT}`, 'git'),
  host('bitbucket.org/', `bitbucket\\.org/${ELEMENT}/${ELEMENT}`, 'git'),
  host('hub.jazz.net/git/', `hub\\.jazz\\.net/git/[a-z0-9]+/${ELEMENT}`, 'git'),
  host('git.apache.org/', `git\\.apache\\.org/[a-z0-9_.\\-]+\\.git`, 'git'),
  host('git.openstack.org/', `git\\.openstack\\.org/${ELEMENT}/${ELEMENT}(?:\\.git)?`, 'git'),
  host('chiselapp.com/', `chiselapp\\.com/user/[A-Za-z0-9]+/repository/${ELEMENT}`, 'fossil'),
]

function host(prefix: string, root: string, vcs: string): HostRule {
  return { prefix, pattern: new RegExp(`^(?<root>${root})${REST}`), vcs }
}

/** Any path with an element that ends in a version control system's name: the address is the root without that ending. */
const SUFFIXED =
  /^(?<root>(?<repo>[a-z0-9-][a-z0-9.-]*\.[a-z0-9.-]+(?:\/~?[A-Za-z0-9_.-]+)+?)\.(?<vcs>bzr|fossil|git|hg|svn))(?:\/~?[A-Za-z0-9_.-]+)*$/

const VCS_ENDING = /\.(?:git|hg|svn|bzr|fossil)$/

/**
 * The repository of a path that the go command resolves without a request; null where it reads a page.
 *
 * @throws GomodError `invalid-path` where the host is known and the path has no repository there.
 */
export function knownRepository(modulePath: string): KnownRepository | null {
  for (const { prefix, pattern, vcs } of HOSTS) {
    if (!`${modulePath}/`.startsWith(prefix)) continue
    const root = pattern.exec(modulePath)?.groups?.['root']
    if (root === undefined || (prefix !== 'git.apache.org/' && VCS_ENDING.test(root))) {
      throw new GomodError(
        'invalid-path',
        `${modulePath} has no repository on ${prefix.replace(/\/.*$/, '')}`,
      )
    }
    return { root, vcs, url: `https://${root}` }
  }
  const groups = SUFFIXED.exec(modulePath)?.groups
  if (groups === undefined) return null
  return { root: groups['root'] ?? '', vcs: groups['vcs'] ?? '', url: `https://${groups['repo']}` }
}

/**
 * Repositories that a page would name, known so well that the page need not be asked: `golang.org/x/…` and `gopkg.in/…`,
 * whose GitHub repository has the same objects and tags.
 */
export function shortcutRepository(modulePath: string): KnownRepository | null {
  const x = /^(golang\.org\/x\/([A-Za-z0-9_.-]+))(?:\/|$)/.exec(modulePath)
  if (x) return { root: x[1] ?? '', vcs: 'git', url: `https://go.googlesource.com/${x[2]}` }
  const short = /^gopkg\.in\/([A-Za-z0-9-]+)\.v\d+(?:-unstable)?$/.exec(modulePath)
  if (short) return { root: modulePath, vcs: 'git', url: `https://github.com/go-${short[1]}/${short[1]}` }
  const long = /^gopkg\.in\/([A-Za-z0-9-]+)\/([A-Za-z0-9_.-]+)\.v\d+(?:-unstable)?$/.exec(modulePath)
  if (long) return { root: modulePath, vcs: 'git', url: `https://github.com/${long[1]}/${long[2]}` }
  return null
}
