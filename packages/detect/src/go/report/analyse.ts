import { isGomodError } from '@mirrorwatch/gomod/errors'
import { declaredModulePath, parseGoMod } from '@mirrorwatch/gomod/mod/go-mod'
import type { Parser } from 'web-tree-sitter'
import { toText } from '../parse/bytes.ts'
import { folderOf, isCSource, isGoSource } from '../parse/file-kinds.ts'
import { type FileModel, modelFile, type SharedTrees, textOf } from '../parse/file-model.ts'
import { stringBytes } from '../parse/literals.ts'
import { placeAt, quoteAt, showFolded } from '../parse/quote.ts'
import { type SyntaxNode, walk } from '../parse/syntax.ts'
import { constructorUses } from '../reach/c-source.ts'
import { type ModuleModel, modelModule } from '../reach/module-model.ts'
import { isCommand, type Reached } from '../reach/reach.ts'
import type { Unit } from '../reach/unit.ts'
import { useOfOtherFile, usesOfFile } from '../reach/uses.ts'
import type { CapabilityReport, FoldedString, NetworkPlace, SourceFile, UnparsedFile } from '../types.ts'
import { embedsOf } from './embeds.ts'
import { followCode, type HiddenString } from './follow.ts'
import { placesIn } from './network-places.ts'
import { placeOf } from './weight.ts'

/** Nodes of all files of one analysis: some 400 MB of memory at most. */
const MAX_TOTAL_NODES = 4_000_000
/** Entries of each list of a report. High, since a list cut short cannot be subtracted from another. */
const MAX_USES = 20_000
const MAX_STRINGS = 5_000
const MAX_PLACES = 5_000

/**
 * What the code of a set of packages can do, what of it runs on import, and which strings it hides. `_test.go` files are
 * left out; assembly, C and object files count by their being there. Pure and deterministic: bounded by counts, not time.
 *
 * The module's own paths, and the path declared by a `go.mod` among the files, let calls be followed from one package of the
 * module into another. Files that `//go:embed` names are read where they are given as bytes. `shared`: trees of contents that another analysis has too.
 */
export function analyseGoFiles(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
  modulePaths: readonly string[] = [],
  shared: SharedTrees = new Map(),
): CapabilityReport {
  const { models, skipped } = modelFiles(parser, untrustedFiles, shared)
  const goMod = untrustedFiles.find(({ path }) => path === 'go.mod')?.content
  const declared = goMod === undefined ? null : declaredModulePath(goMod)
  const ownPaths = declared === null ? modulePaths : [...modulePaths, declared]
  const module = modelModule(models, ownPaths, skipped.length === 0)
  const data = new Map(untrustedFiles.map(({ path, content }) => [path, content]))
  const { strings, reached, found } = followCode(module, (path) => data.get(path) ?? null)
  const uses = [...found.map(({ use }) => use), ...models.flatMap(usesOfFile)]
  for (const { path, content } of untrustedFiles) {
    if (isCSource(path)) uses.push(...constructorUses(path, content))
    const use = useOfOtherFile(path)
    if (use !== null) uses.push(use)
  }
  const heaviestFirst = uses.toSorted((a, b) => placeOf(a) - placeOf(b))
  const folded = describeStrings(module, reached, strings)
  const places = findPlaces(module, reached, folded)
  const generated = models.filter(saysGenerated).map(({ path }) => path)
  const embeds = [...new Set(models.flatMap(embedsOf))]
  return {
    files: models.length,
    ownPaths: [...new Set(ownPaths)],
    imports: externalImports(module, ownPaths),
    uses: heaviestFirst.slice(0, MAX_USES),
    strings: folded.slice(0, MAX_STRINGS),
    places: places.slice(0, MAX_PLACES),
    ...(goMod === undefined ? {} : { requires: requirementsOf(goMod) }),
    ...(embeds.length === 0 ? {} : { embeds }),
    ...(generated.length === 0 ? {} : { generated }),
    unparsed: [...models.flatMap(unparsedOf), ...skipped],
    truncated: uses.length > MAX_USES || folded.length > MAX_STRINGS || skipped.length > 0,
  }
}

/** Requirements of a go.mod that parses; none of one that does not, since Go refuses it. */
function requirementsOf(untrustedText: string): Record<string, string> {
  try {
    return Object.fromEntries(parseGoMod(untrustedText).requires.map(({ path, version }) => [path, version]))
  } catch (error) {
    if (isGomodError(error, 'malformed')) return {}
    throw error
  }
}

function modelFiles(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
  shared: SharedTrees,
): { models: FileModel[]; skipped: UnparsedFile[] } {
  const models: FileModel[] = []
  const skipped: UnparsedFile[] = []
  let nodes = 0
  const model = (file: SourceFile): void => {
    if (nodes >= MAX_TOTAL_NODES) {
      skipped.push({ file: file.path, reason: 'budget', line: null })
      return
    }
    const parsed = modelFile(parser, file, shared)
    nodes += parsed.nodes
    models.push(parsed)
  }
  const source = untrustedFiles.filter(({ path }) => isGoSource(path))
  for (const file of source) if (!isSetAside(file.path)) model(file)
  const imported = new Set(models.flatMap((file) => file.importPaths))
  for (const file of source) if (isSetAside(file.path) && isImported(file.path, imported)) model(file)
  return { models, skipped }
}

/** Folders that `./...` leaves out. They can be imported all the same, by those who name them. */
function isSetAside(path: string): boolean {
  const folders = path.split('/').slice(0, -1)
  return folders.some((folder) => folder === 'testdata' || /^[_.]/.test(folder))
}

function isImported(path: string, imported: ReadonlySet<string>): boolean {
  return [...imported].some((importPath) => importPath.endsWith(`/${folderOf(path)}`))
}

/** The line by which tools know generated files, as `go help generate` has it. */
function saysGenerated({ text }: FileModel): boolean {
  return /^\/\/ Code generated .* DO NOT EDIT\.?\r?$/m.test(text)
}

function unparsedOf(file: FileModel): UnparsedFile[] {
  if (file.problem === null) return []
  const { reason, offset } = file.problem
  return [
    { file: file.path, reason, line: offset === null ? null : placeAt(file.path, file.lines, offset).line },
  ]
}

/**
 * Import paths with a host name in front that do not lead back into the module. A path below the module's that is not
 * among its folders is another module, nested in it.
 */
function externalImports(module: ModuleModel, ownPaths: readonly string[]): string[] {
  const external = new Set<string>()
  const files = module.packages.flatMap((pkg) => pkg.files).filter((file) => file.builds)
  for (const path of files.flatMap((file) => file.importPaths)) {
    const inside = ownPaths.includes(path) || module.packageOf(path) !== null
    if (!inside && (path.split('/')[0] ?? '').includes('.')) external.add(path)
  }
  return [...external].toSorted()
}

function describeStrings(
  module: ModuleModel,
  reached: Reached,
  hidden: readonly HiddenString[],
): FoldedString[] {
  const seen = new Set<string>()
  const described: FoldedString[] = []
  for (const { file, node, value } of hidden) {
    const shown = showFolded(toText(value.text))
    const key = `${file.path}\0${shown}`
    if (seen.has(key)) continue
    seen.add(key)
    const place = placeAt(file.path, file.lines, node.start)
    const onImport = unitOnImport(module, reached, file, node) !== null
    described.push({
      ...place,
      value: shown,
      how: [...value.how],
      onImport,
      quote: quoteAt(file.text, node.start),
    })
  }
  return described.toSorted((a, b) => Number(b.onImport) - Number(a.onImport))
}

/** Returns the innermost unit around a node if it runs on import, else null. */
function unitOnImport(module: ModuleModel, reached: Reached, file: FileModel, node: SyntaxNode): Unit | null {
  let innermost: Unit | null = null
  for (const unit of module.units) {
    if (unit.file !== file || unit.root.start > node.start || unit.root.end < node.end) continue
    if (innermost === null || unit.root.start >= innermost.root.start) innermost = unit
  }
  const chain = innermost === null ? undefined : reached.get(innermost)
  return file.builds && chain !== undefined && !isCommand(chain) ? innermost : null
}

/** True for a statement that runs on import. A variable that is given an address is no step towards it. */
function isStatement(unit: Unit | null, node: SyntaxNode): boolean {
  if (unit === null || !unit.initialiser) return unit !== null
  return [...unit.inlined].some(({ start, end }) => start <= node.start && end >= node.end)
}

function findPlaces(module: ModuleModel, reached: Reached, folded: readonly FoldedString[]): NetworkPlace[] {
  const places = new Map<string, NetworkPlace>()
  const add = (from: Omit<NetworkPlace, 'kind' | 'defanged'>, text: string, wholeDomain: boolean): void => {
    for (const place of placesIn(text, wholeDomain)) {
      const { file, line, column, onImport } = from
      const key = `${place.defanged}\0${onImport}`
      if (!places.has(key)) places.set(key, { ...place, file, line, column, onImport })
    }
  }
  for (const string of folded) add(string, string.value, true)
  for (const pkg of module.packages) {
    for (const file of pkg.files) {
      for (const node of walk(file.root, (n) => n.type !== 'import_declaration')) {
        const literal = literalText(file, node)
        if (literal === null || !/[.:]/.test(literal)) continue
        if (placesIn(literal, true).length === 0) continue
        const onImport = isStatement(unitOnImport(module, reached, file, node), node)
        add({ ...placeAt(file.path, file.lines, node.start), onImport }, literal, true)
      }
    }
  }
  return [...places.values()].toSorted((a, b) => Number(b.onImport) - Number(a.onImport))
}

function literalText(file: FileModel, node: SyntaxNode): string | null {
  if (node.type !== 'interpreted_string_literal' && node.type !== 'raw_string_literal') return null
  return toText(stringBytes(textOf(file, node)))
}
