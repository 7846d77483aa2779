import type { Parser, ParseState, TreeCursor } from 'web-tree-sitter'
import type { UnparsedFile } from '../types.ts'

/** Nodes of one file's syntax tree: twice what the largest known file has (golang.org/x/text, 3 MB of tables). */
const MAX_FILE_NODES = 1_000_000
/** Nesting of a syntax tree. The Go compiler gives up at 10,000; a concatenation nests once for each piece. */
const MAX_TREE_DEPTH = 10_000
/**
 * Calls of the parser's progress callback, one per 100 parse steps. The largest known file takes 25,000 and a second and a
 * half. Recovering from an error costs ten times as much a step, and honest files with errors are small.
 */
const MAX_PARSE_CALLBACKS = 60_000
const MAX_RECOVERY_CALLBACKS = 6_000

/**
 * A node of our own copy of the syntax tree, which holds named nodes and operators. Each look at one of tree-sitter's nodes
 * crosses into WebAssembly. The copy is made without recursion, so code nested a million levels deep costs nothing.
 */
export interface SyntaxNode {
  readonly type: string
  /** Field name within the parent in tree-sitter-go's grammar, or null. */
  readonly field: string | null
  /** Offsets in UTF-16 units. */
  readonly start: number
  readonly end: number
  readonly children: SyntaxNode[]
}

export interface SyntaxTree {
  root: SyntaxNode
  nodes: number
  /** First error; null where the whole file parsed. */
  problem: { reason: UnparsedFile['reason']; offset: number | null } | null
}

const EMPTY: SyntaxNode = { type: 'source_file', field: null, start: 0, end: 0, children: [] }

/** Parses Go source. Bad input never throws: the result holds a `problem` and the parts that could be parsed. */
export function parseGo(parser: Parser, text: string): SyntaxTree {
  let callbacks = 0
  let recovering = 0
  // The callback's return value stops the parser; a count instead of a clock keeps the answer the same everywhere.
  const progressCallback = ({ hasError }: ParseState): boolean => {
    callbacks++
    if (hasError) recovering++
    return callbacks > MAX_PARSE_CALLBACKS || recovering > MAX_RECOVERY_CALLBACKS
  }
  const tree = parser.parse(text, null, { progressCallback })
  if (tree === null) {
    parser.reset()
    return { root: EMPTY, nodes: 0, problem: { reason: 'time', offset: null } }
  }
  const cursor = tree.walk()
  try {
    return copyTree(cursor, tree.rootNode.hasError)
  } finally {
    cursor.delete()
    tree.delete()
  }
}

function copyTree(cursor: TreeCursor, hasError: boolean): SyntaxTree {
  const root = copyNode(cursor)
  // The nodes that the cursor is within: only copied nodes are entered.
  const path: SyntaxNode[] = [root]
  const tree: SyntaxTree = { root, nodes: 1, problem: hasError ? { reason: 'syntax', offset: null } : null }
  if (!cursor.gotoFirstChild()) return tree
  while (tree.nodes < MAX_FILE_NODES) {
    const copied = visitNode(cursor, path, tree)
    if (copied && cursor.gotoFirstChild()) continue
    if (copied) path.pop()
    while (!cursor.gotoNextSibling()) {
      path.pop()
      if (path.length === 0 || !cursor.gotoParent()) return tree
    }
  }
  return { ...tree, problem: { reason: 'too-large', offset: cursor.startIndex } }
}

/** Copies the cursor's node into its parent; true to copy its children too. */
function visitNode(cursor: TreeCursor, path: SyntaxNode[], tree: SyntaxTree): boolean {
  if (tree.problem?.offset === null && (cursor.nodeType === 'ERROR' || cursor.nodeIsMissing))
    tree.problem.offset = cursor.startIndex
  if (!cursor.nodeIsNamed && cursor.currentFieldName !== 'operator') return false
  const node = copyNode(cursor)
  tree.nodes++
  path.at(-1)?.children.push(node)
  if (path.length >= MAX_TREE_DEPTH) {
    tree.problem ??= { reason: 'too-deep', offset: node.start }
    return false
  }
  path.push(node)
  return true
}

function copyNode(cursor: TreeCursor): SyntaxNode {
  return {
    type: cursor.nodeType,
    field: cursor.currentFieldName,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children: [],
  }
}

/** Returns the first child in `field`, or null. */
export function childOf(node: SyntaxNode | null, field: string): SyntaxNode | null {
  return node?.children.find((child) => child.field === field) ?? null
}

/** Returns all children in `field`. */
export function childrenOf(node: SyntaxNode, field: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === field)
}

/** Returns the children of a node without its comments; none for null. */
export function partsOf(node: SyntaxNode | null): SyntaxNode[] {
  return node?.children.filter(({ type }) => type !== 'comment') ?? []
}

/** Returns the fields that a `struct_type` declares; none for other types. */
export function fieldsOf(struct: SyntaxNode | null): SyntaxNode[] {
  if (struct?.type !== 'struct_type') return []
  const list = struct.children.find(({ type }) => type === 'field_declaration_list')
  return list?.children.filter(({ type }) => type === 'field_declaration') ?? []
}

/** Visits `root` and every node below it in order, without recursion; where `enter` is false, not what is below. */
export function* walk(
  root: SyntaxNode,
  enter: (node: SyntaxNode) => boolean = () => true,
): Generator<SyntaxNode> {
  const stack = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node
    if (!enter(node)) continue
    for (let i = node.children.length - 1; i >= 0; i--) {
      const child = node.children[i]
      if (child !== undefined) stack.push(child)
    }
  }
}
