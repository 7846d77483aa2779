import type { Parser } from 'web-tree-sitter'
import type { SourceFile } from '../types.ts'
import { canBeBuilt } from './build-constraint.ts'
import { toText } from './bytes.ts'
import { folderOf } from './file-kinds.ts'
import { stringBytes } from './literals.ts'
import { blankLongLists } from './long-lists.ts'
import { lineStarts } from './quote.ts'
import { childOf, parseGo, type SyntaxNode, type SyntaxTree, walk } from './syntax.ts'

/** UTF-16 units of one source file. Generated tables reach 3 MB (golang.org/x/text); hand-written Go stays far below. */
const MAX_FILE_CHARS = 16 * 1024 * 1024

/** One parsed file with what later steps look up in it. */
export interface FileModel {
  path: string
  directory: string
  packageName: string
  text: string
  lines: number[]
  root: SyntaxNode
  nodes: number
  problem: SyntaxTree['problem']
  /** Import paths by local name. */
  imports: Map<string, string>
  dotImports: string[]
  /** Every import path, blank imports too. */
  importPaths: string[]
  /** `//go:` lines and build constraints. */
  directives: { text: string; offset: number }[]
  /** False where no ordinary build on any platform compiles the file. */
  builds: boolean
}

/**
 * Trees of contents that two analyses have in common, so that each is parsed once: null until the first of them has parsed it.
 * Contents that only one has are not kept.
 */
export type SharedTrees = Map<string, SyntaxTree | null>

/** Parses one file; hostile text gives a model with a `problem`. */
export function modelFile(parser: Parser, untrustedFile: SourceFile, shared: SharedTrees): FileModel {
  const { content } = untrustedFile
  const text = content.replace(/^\uFEFF/, '')
  const tree = shared.get(content) ?? parseBounded(parser, blankLongLists(text))
  if (shared.has(content)) shared.set(content, tree)
  const file: FileModel = {
    path: untrustedFile.path,
    directory: folderOf(untrustedFile.path),
    packageName: '',
    text,
    lines: lineStarts(text),
    root: tree.root,
    nodes: tree.nodes,
    problem: tree.problem,
    imports: new Map(),
    dotImports: [],
    importPaths: [],
    directives: [],
    builds: true,
  }
  readHead(file)
  return file
}

function parseBounded(parser: Parser, text: string): SyntaxTree {
  const empty: SyntaxNode = { type: 'source_file', field: null, start: 0, end: 0, children: [] }
  if (text.length > MAX_FILE_CHARS)
    return { root: empty, nodes: 0, problem: { reason: 'too-large', offset: null } }
  const nul = text.indexOf('\0')
  if (nul >= 0) return { root: empty, nodes: 0, problem: { reason: 'not-text', offset: nul } }
  return parseGo(parser, text)
}

/** Reads package clause, imports, directives and build constraint. */
function readHead(file: FileModel): void {
  let legacy = true
  for (const node of walk(
    file.root,
    (n) => n.type !== 'function_declaration' && n.type !== 'method_declaration',
  )) {
    if (node.type === 'package_clause') file.packageName = textOf(file, node.children[0] ?? null)
    else if (node.type === 'import_spec') readImport(file, node)
    else if (node.type === 'comment') {
      const text = textOf(file, node)
      const afterPackage = file.packageName !== ''
      if (text.startsWith('//go:')) file.directives.push({ text, offset: node.start })
      else if (!afterPackage && text.startsWith('// +build ')) {
        file.directives.push({ text, offset: node.start })
        if (legacy && !legacyCanBeBuilt(text.slice(10))) file.builds = false
      }
      if (!afterPackage && text.startsWith('//go:build ')) {
        legacy = false
        file.builds = canBeBuilt(text.slice(11))
      }
    }
  }
}

/** Evaluates `// +build a,b !c`: spaces are "or", commas are "and"; lines are "and". */
function legacyCanBeBuilt(line: string): boolean {
  const options = line.trim().split(/\s+/)
  return options.some((option) => canBeBuilt(option.replaceAll(',', '&&')))
}

function readImport(file: FileModel, spec: SyntaxNode): void {
  const literal = childOf(spec, 'path')
  if (literal === null) return
  // `"os/\x65xec"` is `os/exec`: Go reads the path as it reads any string.
  const path = toText(stringBytes(textOf(file, literal)))
  file.importPaths.push(path)
  const name = childOf(spec, 'name')
  if (name?.type === 'dot') file.dotImports.push(path)
  else if (name?.type === 'package_identifier') file.imports.set(textOf(file, name), path)
  else if (name === null) file.imports.set(defaultName(path), path)
}

/** Returns the name that a package most likely has: the last element without major version, `go-` and `.go`. */
function defaultName(path: string): string {
  const elements = path.split('/')
  const last = elements.at(-1) ?? ''
  const name = /^v\d+$/.test(last) && elements.length > 1 ? (elements.at(-2) ?? '') : last
  return name
    .replace(/\.v\d+$/, '')
    .replace(/^go-|[-.]go$/g, '')
    .replaceAll('-', '_')
}

/** Returns the source text of a node; '' for none. */
export function textOf(file: FileModel, node: SyntaxNode | null): string {
  return node === null ? '' : file.text.slice(node.start, node.end)
}

/** Returns the base name of a type expression: `*T[K]` is `T`, `http.Client` stays whole, others are ''. */
export function typeName(file: FileModel, type: SyntaxNode | null): string {
  let node = type
  for (let depth = 0; node !== null && depth < 10; depth++) {
    if (['type_identifier', 'qualified_type', 'identifier', 'selector_expression'].includes(node.type))
      return textOf(file, node).replace(/\s+/g, '')
    if (!['pointer_type', 'generic_type', 'parenthesized_type'].includes(node.type)) return ''
    node = childOf(node, 'type') ?? node.children[0] ?? null
  }
  return ''
}

/** Returns import path and member of `alias.Member`; null where the operand is no import. */
export function importedMember(file: FileModel, node: SyntaxNode): { path: string; member: string } | null {
  const of = childOf(node, 'operand')
  if (of?.type !== 'identifier') return null
  const path = file.imports.get(textOf(file, of))
  return path === undefined ? null : { path, member: textOf(file, childOf(node, 'field')) }
}
