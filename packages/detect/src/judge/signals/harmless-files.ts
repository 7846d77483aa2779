import { isAnalysed } from '../../go/parse/file-kinds.ts'

const DOCUMENT = /\.(md|markdown|rst|adoc|txt|png|jpe?g|gif|svg|webp|pdf)$/i
const NAMED =
  /^(licen[cs]e|copying|notice|authors|contributors|changelog|readme|codeowners|security|makefile|dockerfile)(\.[a-z]+)?$/i
const CI_FILE =
  /^(\.travis\.ya?ml|\.gitignore|\.gitattributes|\.gitmodules|\.editorconfig|\.golangci\.ya?ml|\.goreleaser\.ya?ml|\.codecov\.ya?ml|codecov\.ya?ml|appveyor\.ya?ml|\.mailmap|\.dockerignore)$/i

/**
 * True for a file that no build of an importing program reads: documentation at the root or under `docs/`, CI settings,
 * tests and their data. A text or picture elsewhere can be embedded (`go:embed`), and anything unknown counts as able to matter.
 */
export function isHarmlessFile(path: string): boolean {
  if (path.endsWith('_test.go')) return true
  // Folders that `./...` leaves out can be imported all the same, and `security.go` is no policy.
  if (isAnalysed(path)) return false
  const segments = path.split('/')
  const name = segments.at(-1) ?? ''
  const first = segments[0] ?? ''
  if (segments.slice(0, -1).includes('testdata')) return true
  if (['.github', '.circleci', '.gitlab', '.vscode', '.idea'].includes(first)) return true
  if (CI_FILE.test(name) || NAMED.test(name)) return true
  const root = segments.length === 1 || first === 'docs' || first === 'doc'
  return root && DOCUMENT.test(name)
}
