import type { Parser } from 'web-tree-sitter'
import { toStringValue } from '../fold/conversions.ts'
import { createFolding, type FoldingMachine } from '../fold/folding.ts'
import { hiddenText } from '../fold/hidden.ts'
import { beginningOf, GAP, type StringValue, toText, type Value } from '../fold/values.ts'
import {
  MAX_FUNCTION_STEPS,
  MAX_IMPORT_STEPS,
  MAX_PLACES,
  MAX_SHOWN_FOLDED,
  MAX_STRINGS,
  MAX_TOTAL_NODES,
  MAX_USES,
} from '../limits.ts'
import { declaredPath } from '../parse/declared-path.ts'
import { rawLiteral, stringLiteral } from '../parse/literals.ts'
import { placeAt, quoteAt, showFolded } from '../parse/quote.ts'
import { type FileModel, modelFile, textOf } from '../parse/source-model.ts'
import { type SyntaxNode, walk } from '../parse/syntax.ts'
import { type ModuleModel, modelModule } from '../reach/module-model.ts'
import { type Reached, reachedOnImport } from '../reach/reach.ts'
import type { Unit } from '../reach/unit.ts'
import { type FoundUse, findUses, useOfOtherFile, usesOfFile } from '../reach/uses.ts'
import type { CapabilityReport, FoldedString, NetworkPlace, SourceFile, UnparsedFile } from '../types.ts'
import { constructorUses, isCSource } from './c-source.ts'
import { placesIn } from './network-places.ts'
import { placeOf } from './weight.ts'

/**
 * What the code of a set of packages can do, what of it runs on import, and which strings it hides. `_test.go` files are
 * left out; assembly, C and object files count by their being there. Pure and deterministic: bounded by counts, not time.
 *
 * `modulePath` (null: unknown), and the path declared by a `go.mod` among the files, let calls be followed from one
 * package of the module into another.
 */
export function analyseGoFiles(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
  modulePath: string | null = null,
): CapabilityReport {
  const { models, skipped } = modelFiles(parser, untrustedFiles)
  const goMod = untrustedFiles.find(({ path }) => path === 'go.mod')?.content
  const ownPaths = [modulePath, declaredPath(goMod)].filter((path) => path !== null)
  const module = modelModule(models, ownPaths)
  const { strings, reached, found } = follow(module)
  const uses = [...found.map(({ use }) => use), ...models.flatMap(usesOfFile)]
  for (const { path, content } of untrustedFiles) {
    if (isCSource(path)) uses.push(...constructorUses(path, content))
    const use = useOfOtherFile(path)
    if (use !== null) uses.push(use)
  }
  const heaviestFirst = uses.toSorted((a, b) => placeOf(a) - placeOf(b))
  const folded = describeStrings(module, reached, strings)
  const places = findPlaces(module, reached, folded)
  return {
    files: models.length,
    ownPaths: [...new Set(ownPaths)],
    imports: externalImports(module, ownPaths),
    uses: heaviestFirst.slice(0, MAX_USES),
    strings: folded.slice(0, MAX_STRINGS),
    places: places.slice(0, MAX_PLACES),
    unparsed: [...models.flatMap(unparsedOf), ...skipped],
    truncated: uses.length > MAX_USES || folded.length > MAX_STRINGS || skipped.length > 0,
  }
}

/** The same for the files of one package. */
export function analyseGoPackage(parser: Parser, untrustedFiles: readonly SourceFile[]): CapabilityReport {
  return analyseGoFiles(parser, untrustedFiles, null)
}

function modelFiles(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
): { models: FileModel[]; skipped: UnparsedFile[] } {
  const models: FileModel[] = []
  const skipped: UnparsedFile[] = []
  let nodes = 0
  const model = (file: SourceFile): void => {
    if (nodes >= MAX_TOTAL_NODES) {
      skipped.push({ file: file.path, reason: 'budget', line: null })
      return
    }
    const parsed = modelFile(parser, file)
    nodes += parsed.nodes
    models.push(parsed)
  }
  const source = untrustedFiles.filter(({ path }) => path.endsWith('.go') && !path.endsWith('_test.go'))
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
  const folder = path.split('/').slice(0, -1).join('/')
  return [...imported].some((importPath) => importPath.endsWith(`/${folder}`))
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

interface HiddenString {
  file: FileModel
  node: SyntaxNode
  value: StringValue
}

/**
 * Follows the code, entry points first, so that a helper is seen with the arguments that importing gives it. What entry
 * points were seen to call is added to what their text says they reach.
 */
function follow(module: ModuleModel): { strings: HiddenString[]; reached: Reached; found: FoundUse[] } {
  const strings = new Map<SyntaxNode, HiddenString>()
  const argumentsOf = new Map<SyntaxNode, string | null>()
  const invoked = new Set<SyntaxNode>()
  const calledHere = new Set<string>()
  const calledOnImport = new Set<string>()
  const fold = createFolding((path) => module.packageOf(path), {
    onInvoke: (node) => invoked.add(node),
    onInvokeImported: (path, name) => calledHere.add(`${path}.${name}`),
    onCall(node, args) {
      argumentsOf.set(node, better(argumentsOf.get(node) ?? null, showArguments(args)))
    },
    onString(file, node, value) {
      const text = hiddenText(value)
      const known = strings.get(node)
      if (text === null || (known !== undefined && known.value.text.length >= text.text.length)) return
      strings.set(node, { file, node, value: text })
    },
  })
  const statically = reachedOnImport(module)
  const units = module.units.filter((unit) => unit.outer === null)
  const ranked = units.toSorted((a, b) => rank(b, statically) - rank(a, statically))
  const seen = new Map<Unit, string[]>()
  for (const unit of ranked) {
    if (!foldUnit(fold, unit, statically.has(unit))) break
    if (unit.entry) {
      for (const node of invoked) for (const each of module.unitsAt(node)) addSeen(seen, unit, each)
      for (const name of calledHere) calledOnImport.add(name)
    }
    invoked.clear()
    calledHere.clear()
  }
  const reached = reachedOnImport(module, seen)
  const found = findUses(module, reached, calledOnImport)
  for (const { use, call } of found) if (call !== null) use.folded = argumentsOf.get(call) ?? null
  return { strings: [...strings.values()], reached, found }
}

function addSeen(seen: Map<Unit, string[]>, entry: Unit, unit: Unit): void {
  if (unit !== entry && !unit.initialiser && !seen.has(unit)) seen.set(unit, [entry.name, unit.name])
}

function rank(unit: Unit, reached: Reached): number {
  return unit.entry ? 2 : Number(reached.has(unit))
}

function foldUnit(fold: FoldingMachine, unit: Unit, reached: boolean): boolean {
  if (!fold.refill(reached ? MAX_IMPORT_STEPS : MAX_FUNCTION_STEPS)) return false
  const { file, pkg, root } = unit
  if (!unit.initialiser) {
    fold.invoke({ file, pkg, node: root, scope: null }, [])
    return true
  }
  const frame = { file, pkg, scope: { names: new Map(), parent: null } }
  const value = fold.evaluate(frame, root)
  if (value !== null) fold.onString(file, root, value)
  return true
}

function better(old: string | null, next: string | null): string | null {
  if (old === null || next === null) return old ?? next
  const gaps = (text: string): number => text.split(GAP).length
  return gaps(next) < gaps(old) ? next : old
}

function showArguments(args: readonly (Value | null)[]): string | null {
  if (!args.some((arg) => arg !== null && arg.kind !== 'function' && arg.kind !== 'map')) return null
  return showFolded(args.map(showArgument).join(' '))
}

function showArgument(arg: Value | null): string {
  if (arg?.kind === 'int') return String(arg.value)
  const text = arg === null ? null : toStringValue(beginningOf(arg, MAX_SHOWN_FOLDED))
  if (text?.kind === 'string') return toText(text.text)
  return arg?.kind === 'list' ? arg.items.slice(0, 50).map(showArgument).join(' ') : GAP
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
    const onImport = runsOnImport(module, reached, file, node)
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

/** Whether the innermost piece of code around a node runs on import. */
function runsOnImport(module: ModuleModel, reached: Reached, file: FileModel, node: SyntaxNode): boolean {
  let innermost: Unit | null = null
  for (const unit of module.units) {
    if (unit.file !== file || unit.root.start > node.start || unit.root.end < node.end) continue
    if (innermost === null || unit.root.start >= innermost.root.start) innermost = unit
  }
  return innermost !== null && file.builds && reached.has(innermost)
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
        const onImport = placesIn(literal, true).length > 0 && runsOnImport(module, reached, file, node)
        add({ ...placeAt(file.path, file.lines, node.start), onImport }, literal, true)
      }
    }
  }
  return [...places.values()].toSorted((a, b) => Number(b.onImport) - Number(a.onImport))
}

function literalText(file: FileModel, node: SyntaxNode): string | null {
  if (node.type !== 'interpreted_string_literal' && node.type !== 'raw_string_literal') return null
  const source = textOf(file, node)
  const value = node.type === 'raw_string_literal' ? rawLiteral(source) : stringLiteral(source)
  return value.kind === 'string' ? toText(value.text) : null
}
