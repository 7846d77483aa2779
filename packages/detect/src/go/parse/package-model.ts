import { type FileModel, textOf, typeName } from './file-model.ts'
import { childOf, childrenOf, partsOf, type SyntaxNode } from './syntax.ts'

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
  /** Declared types by name, each with the type that it is declared as. */
  types: Map<string, { file: FileModel; node: SyntaxNode | null }>
}

/** Groups files by directory and package clause, and lists what each package declares. */
export function modelPackages(files: readonly FileModel[]): PackageModel[] {
  const packages = new Map<string, PackageModel>()
  for (const file of files) {
    // A file that ordinary builds skip may declare the same names as the others, so it gets a separate package.
    const key = `${file.directory}\0${file.packageName}\0${file.builds ? '' : file.path}`
    const model = packages.get(key) ?? emptyPackage(file.directory)
    packages.set(key, model)
    model.files.push(file)
    for (const node of file.root.children) declare(model, file, node)
  }
  return [...packages.values()]
}

function emptyPackage(directory: string): PackageModel {
  return {
    directory,
    files: [],
    functions: new Map(),
    methods: new Map(),
    values: new Map(),
    types: new Map(),
  }
}

function declare(model: PackageModel, file: FileModel, node: SyntaxNode): void {
  const name = textOf(file, childOf(node, 'name'))
  if (node.type === 'function_declaration') addTo(model.functions, name, { name, receiver: null, file, node })
  else if (node.type === 'method_declaration')
    addTo(model.methods, name, { name, receiver: receiverType(file, node), file, node })
  else if (node.type === 'type_declaration') {
    for (const spec of node.children)
      model.types.set(textOf(file, childOf(spec, 'name')), { file, node: childOf(spec, 'type') })
  } else for (const spec of valueSpecs(node)) declareValues(model, file, spec)
}

function receiverType(file: FileModel, node: SyntaxNode): string {
  const parameter = childOf(node, 'receiver')?.children.find(({ type }) => type === 'parameter_declaration')
  return typeName(file, childOf(parameter ?? null, 'type'))
}

/** One line of a `var` or `const` declaration. */
export interface ValueSpec {
  names: SyntaxNode[]
  typeNode: SyntaxNode | null
  /** Initialisers; for a constant without any, those of the line that it repeats. */
  values: SyntaxNode[]
  isConst: boolean
  iota: number
}

/** Returns the lines of a `var_declaration` or `const_declaration`; none for other nodes. */
export function valueSpecs(node: SyntaxNode): ValueSpec[] {
  const isConst = node.type === 'const_declaration'
  if (!isConst && node.type !== 'var_declaration') return []
  const lines = node.children
    .flatMap((child) => (child.type === 'var_spec_list' ? child.children : [child]))
    .filter(({ type }) => type === 'var_spec' || type === 'const_spec')
  const specs: ValueSpec[] = []
  for (const [iota, spec] of lines.entries()) {
    const values = partsOf(childOf(spec, 'value'))
    const repeated = isConst && values.length === 0 ? specs.at(-1) : undefined
    specs.push({
      names: childrenOf(spec, 'name'),
      typeNode: repeated?.typeNode ?? childOf(spec, 'type'),
      values: repeated?.values ?? values,
      isConst,
      iota,
    })
  }
  return specs
}

function declareValues(
  model: PackageModel,
  file: FileModel,
  { names, values, typeNode, isConst, iota }: ValueSpec,
): void {
  const shared = values.length === 1 && names.length > 1
  for (const [index, nameNode] of names.entries()) {
    const name = textOf(file, nameNode)
    const value = (shared ? values[0] : values[index]) ?? null
    addTo(model.values, name, {
      name,
      file,
      typeNode,
      value,
      tupleIndex: shared ? index : null,
      isConst,
      iota,
    })
  }
}

/** Adds a value to the list that a map has for a key. */
function addTo<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
