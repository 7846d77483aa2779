import { WorldError } from './errors.ts'
import type { Tree, TreeFile } from './spec.ts'

/**
 * The files of a module zip, by path below the module, in git's tree order with a copied LICENSE last.
 * Written from the Go Modules Reference and cmd/go's behaviour, on purpose apart from the verifier's own reading of the
 * same rules: the two check each other, and the real `go` command checks both.
 *
 * `directory` is the module's directory in the repository, '' or 'a/b'.
 */
export function selectModuleFiles(tree: Tree, directory: string): Map<string, TreeFile> {
  const below = filesBelow(tree, directory)
  const nested = nestedModules(below)
  const newVendorRule = declaresGo124(below.get('go.mod'))
  const license = tree.get('LICENSE')
  const copied =
    directory !== '' && !below.has('LICENSE') && license !== undefined && license.mode !== '160000'
  const selected = new Map<string, TreeFile>()
  for (const path of [...below.keys()].sort(byBytes)) {
    const file = below.get(path) as TreeFile
    if (!file.mode.startsWith('100')) continue
    if (path === '.hg_archival.txt' || isVendored(path, newVendorRule)) continue
    if (parents(path).some((parent) => nested.has(parent))) continue
    selected.set(path, file)
  }
  if (copied) selected.set('LICENSE', { mode: '100644', content: license.content })
  refuseCollisions(selected.keys())
  return selected
}

/** Returns the module's directory: the `vN` subdirectory if the module is in one, else the code directory. */
export function moduleDirectory(tree: Tree, codeDirectory: string, major: string): string {
  const name = major.startsWith('/v') ? major.slice(1) : ''
  const nested = [codeDirectory, name].filter((part) => part !== '').join('/')
  return name !== '' && tree.has(`${nested}/go.mod`) ? nested : codeDirectory
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function filesBelow(tree: Tree, directory: string): Map<string, TreeFile> {
  const prefix = directory === '' ? '' : `${directory}/`
  const below = new Map<string, TreeFile>()
  for (const [path, file] of tree) if (path.startsWith(prefix)) below.set(path.slice(prefix.length), file)
  return below
}

function nestedModules(files: Map<string, TreeFile>): Set<string> {
  const nested = new Set<string>()
  for (const [path, file] of files) {
    const slash = path.lastIndexOf('/')
    if (slash > 0 && path.slice(slash + 1).toLowerCase() === 'go.mod' && file.mode.startsWith('100'))
      nested.add(path.slice(0, slash))
  }
  return nested
}

function parents(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** Go 1.24 changed which vendored files a zip leaves out, for modules that declare at least that version. */
function declaresGo124(goMod: TreeFile | undefined): boolean {
  const match = /^go\s+1\.(\d+)/m.exec(goMod?.content.toString() ?? '')
  return match !== null && Number(match[1]) >= 24
}

/** golang.org/x/mod/zip's rule, its old slip included: before Go 1.24 a nested vendor directory was cut at the wrong offset. */
function isVendored(path: string, newRule: boolean): boolean {
  if (newRule && path === 'vendor/modules.txt') return true
  if (path.startsWith('vendor/')) return path.indexOf('/', 'vendor/'.length) >= 0
  const at = path.indexOf('/vendor/')
  if (at < 0) return false
  return path.indexOf('/', newRule ? at + '/vendor/'.length : '/vendor/'.length) >= 0
}

function refuseCollisions(paths: Iterable<string>): void {
  const seen = new Set<string>()
  for (const path of paths) {
    const folded = path.toLowerCase()
    if (seen.has(folded))
      throw new WorldError('invalid-spec', `Go makes no zip: ${path} differs from another file by case alone`)
    seen.add(folded)
  }
}
