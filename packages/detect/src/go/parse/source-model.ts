import type { Parser } from 'web-tree-sitter'
import { toText } from '../fold/values.ts'
import { MAX_FILE_CHARS } from '../limits.ts'
import type { SourceFile } from '../types.ts'
import { canBeBuilt } from './build-constraint.ts'
import { rawLiteral, stringLiteral } from './literals.ts'
import { blankLongLists } from './long-lists.ts'
import { lineStarts } from './quote.ts'
import { childOf, childrenOf, parseGo, type SyntaxNode, type SyntaxTree, walk } from './syntax.ts'

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
  /** Local name to import path. */
  imports: Map<string, string>
  dotImports: string[]
  /** Every import path, blank imports too. */
  importPaths: string[]
  /** `//go:` lines and build constraints. */
  directives: { text: string; offset: number }[]
  /** False where no ordinary build on any platform compiles the file. */
  builds: boolean
}

/** A function, method or function literal with a name. */
export interface FunctionModel {
  name: string
  /** Receiver's type for methods, else null. */
  receiver: string | null
  file: FileModel
  /** The declaration or `func_literal`. */
  node: SyntaxNode
}

/** One package-level variable or constant. */
export interface ValueModel {
  name: string
  file: FileModel
  typeNode: SyntaxNode | null
  /** Initialiser; shared by all names where one call gives several values. */
  value: SyntaxNode | null
  /** Position among the values of a shared call, else null. */
  tupleIndex: number | null
  isConst: boolean
  iota: number
}

/** Files of one directory with one package clause. */
export interface PackageModel {
  directory: string
  files: FileModel[]
  functions: Map<string, FunctionModel[]>
  methods: Map<string, FunctionModel[]>
  values: Map<string, ValueModel[]>
  /** Types declared, by name, with what they are declared as. */
  types: Map<string, { file: FileModel; node: SyntaxNode | null }>
}

/** Parses one file; hostile text gives a model with a `problem`. */
export function modelFile(parser: Parser, untrustedFile: SourceFile): FileModel {
  const text = untrustedFile.content.replace(/^\uFEFF/, '')
  const tree = parseBounded(parser, blankLongLists(text))
  const file: FileModel = {
    path: untrustedFile.path,
    directory: untrustedFile.path.split('/').slice(0, -1).join('/'),
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

/** Package clause, imports, directives and build constraint. */
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

/** `// +build a,b !c`: spaces are "or", commas are "and"; lines are "and". */
function legacyCanBeBuilt(line: string): boolean {
  const options = line.trim().split(/\s+/)
  return options.some((option) => canBeBuilt(option.replaceAll(',', '&&')))
}

function readImport(file: FileModel, spec: SyntaxNode): void {
  const literal = childOf(spec, 'path')
  if (literal === null) return
  const path = importPath(textOf(file, literal))
  file.importPaths.push(path)
  const name = childOf(spec, 'name')
  if (name?.type === 'dot') file.dotImports.push(path)
  else if (name?.type === 'package_identifier') file.imports.set(textOf(file, name), path)
  else if (name === null) file.imports.set(defaultName(path), path)
}

/** `"os/\x65xec"` is `os/exec`: Go reads the path as it reads any string. */
function importPath(literal: string): string {
  const value = literal.startsWith('"') ? stringLiteral(literal) : rawLiteral(literal)
  return value.kind === 'string' ? toText(value.text) : ''
}

/** The name that a package most likely has: last element, without major version, `go-` or `.go`. */
function defaultName(path: string): string {
  const elements = path.split('/')
  const last = elements.at(-1) ?? ''
  const name = /^v\d+$/.test(last) && elements.length > 1 ? (elements.at(-2) ?? '') : last
  return name
    .replace(/\.v\d+$/, '')
    .replace(/^go-|[-.]go$/g, '')
    .replaceAll('-', '_')
}

/** Groups files by directory and package clause, and lists what each package declares. */
export function modelPackages(files: readonly FileModel[]): PackageModel[] {
  const packages = new Map<string, PackageModel>()
  for (const file of files) {
    // A file that ordinary builds skip can repeat names of the others, so it is a package of its own.
    const key = `${file.directory}\0${file.packageName}\0${file.builds ? '' : file.path}`
    let model = packages.get(key)
    if (model === undefined) {
      model = {
        directory: file.directory,
        files: [],
        functions: new Map(),
        methods: new Map(),
        values: new Map(),
        types: new Map(),
      }
      packages.set(key, model)
    }
    model.files.push(file)
    declare(model, file)
  }
  return [...packages.values()]
}

function declare(model: PackageModel, file: FileModel): void {
  for (const node of file.root.children) {
    if (node.type === 'function_declaration') declareFunction(model.functions, file, node, null)
    else if (node.type === 'method_declaration')
      declareFunction(model.methods, file, node, receiverType(file, node))
    else if (node.type === 'const_declaration') declareConstants(model, file, node)
    else if (node.type === 'var_declaration') declareVariables(model, file, node)
    else if (node.type === 'type_declaration') {
      for (const spec of node.children)
        model.types.set(textOf(file, childOf(spec, 'name')), { file, node: childOf(spec, 'type') })
    }
  }
}

function declareFunction(
  into: Map<string, FunctionModel[]>,
  file: FileModel,
  node: SyntaxNode,
  receiver: string | null,
): void {
  const name = textOf(file, childOf(node, 'name'))
  add(into, name, { name, receiver, file, node })
}

function receiverType(file: FileModel, node: SyntaxNode): string {
  const parameter = childOf(node, 'receiver')?.children.find(
    (child) => child.type === 'parameter_declaration',
  )
  return typeName(file, childOf(parameter ?? null, 'type'))
}

/** Base name of a type expression: `*T[K]` is `T`, `http.Client` stays whole, others are ''. */
export function typeName(file: FileModel, untyped: SyntaxNode | null): string {
  let node = untyped
  for (let depth = 0; node !== null && depth < 10; depth++) {
    if (node.type === 'type_identifier' || node.type === 'qualified_type' || node.type === 'identifier')
      return textOf(file, node).replace(/\s+/g, '')
    if (node.type === 'selector_expression') return textOf(file, node).replace(/\s+/g, '')
    if (!['pointer_type', 'generic_type', 'parenthesized_type'].includes(node.type)) return ''
    node = childOf(node, 'type') ?? node.children[0] ?? null
  }
  return ''
}

function declareConstants(model: PackageModel, file: FileModel, node: SyntaxNode): void {
  let previous: SyntaxNode[] = []
  let iota = 0
  for (const spec of node.children.filter((child) => child.type === 'const_spec')) {
    const given = childOf(spec, 'value')?.children ?? []
    if (given.length > 0) previous = given
    declareSpec(model, file, spec, previous, { isConst: true, iota })
    iota++
  }
}

function declareVariables(model: PackageModel, file: FileModel, node: SyntaxNode): void {
  const specs = node.children.flatMap((child) => (child.type === 'var_spec_list' ? child.children : [child]))
  for (const spec of specs.filter((child) => child.type === 'var_spec'))
    declareSpec(model, file, spec, childOf(spec, 'value')?.children ?? [], { isConst: false, iota: 0 })
}

function declareSpec(
  model: PackageModel,
  file: FileModel,
  spec: SyntaxNode,
  unfiltered: readonly SyntaxNode[],
  { isConst, iota }: { isConst: boolean; iota: number },
): void {
  const values = unfiltered.filter((value) => value.type !== 'comment')
  const names = childrenOf(spec, 'name')
  const typeNode = childOf(spec, 'type')
  for (const [index, nameNode] of names.entries()) {
    const name = textOf(file, nameNode)
    const shared = values.length === 1 && names.length > 1
    const value = (shared ? values[0] : values[index]) ?? null
    add(model.values, name, { name, file, typeNode, value, tupleIndex: shared ? index : null, isConst, iota })
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/** Source text of a node; '' for none. */
export function textOf(file: FileModel, node: SyntaxNode | null): string {
  return node === null ? '' : file.text.slice(node.start, node.end)
}
