import { isAnalysed } from '../../go/parse/file-kinds.ts'
import { isEmbedded } from '../../go/report/embeds.ts'

const DOCUMENT = /\.(md|markdown|rst|adoc|txt|png|jpe?g|gif|svg|webp|pdf)$/i
const NAMED =
  /^(licen[cs]e|copying|notice|authors|contributors|changelog|readme|codeowners|security|makefile|dockerfile)(\.[a-z]+)?$/i
const CI_FILE =
  /^(\.travis\.ya?ml|\.gitignore|\.gitattributes|\.gitmodules|\.editorconfig|\.golangci\.ya?ml|\.goreleaser\.ya?ml|\.codecov\.ya?ml|codecov\.ya?ml|appveyor\.ya?ml|\.mailmap|\.dockerignore)$/i

/** Instructions that coding agents read by themselves. */
const FOR_AGENTS = /^(agents?|claude|gemini|qwen|copilot-instructions|conventions)(\.\w+)?\.md$/i
/** Hidden folders that only a CI service reads. Editors and agents run what others hold as soon as a folder is opened. */
const CI_FOLDERS = new Set(['.circleci', '.gitlab'])

/**
 * True for a file that no build of an importing program reads, and that nothing runs: documentation at the root or under
 * `docs/`, CI settings, tests and their data. `embeds` are the patterns of `//go:embed`: what they cover is in every build.
 * A text or picture elsewhere, and anything unknown, counts as able to matter.
 */
export function isHarmlessFile(path: string, embeds: readonly string[]): boolean {
  if (isEmbedded(path, embeds)) return false
  if (path.endsWith('_test.go')) return true
  // Folders that `./...` leaves out can be imported all the same, and `security.go` is no policy.
  if (isAnalysed(path)) return false
  const folders = path.split('/')
  const name = folders.pop() ?? ''
  const hidden = folders.filter((folder) => folder.startsWith('.'))
  if (hidden.length > 0) return hidden.every((folder) => CI_FOLDERS.has(folder))
  if (FOR_AGENTS.test(name)) return false
  if (folders.includes('testdata')) return true
  if (CI_FILE.test(name) || NAMED.test(name)) return true
  const first = folders[0]
  return (first === undefined || first === 'docs' || first === 'doc') && DOCUMENT.test(name)
}
