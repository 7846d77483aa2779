import type { Parser, ParseState, TreeCursor } from 'web-tree-sitter'
import { MAX_FILE_NODES, MAX_PARSE_CALLBACKS, MAX_RECOVERY_CALLBACKS, MAX_TREE_DEPTH } from '../limits.ts'
import type { UnparsedFile } from '../types.ts'

/**
 * A node of our own copy of the syntax tree: named nodes, and operators. Copied because each look at one of
 * tree-sitter's nodes crosses into WebAssembly, and because the copy is made without recursion, so that code nested a
 * million levels deep costs nothing.
 */
export interface SyntaxNode {
  readonly type: string
  /** Field name within the parent, as in tree-sitter-go's grammar, else null. */
  readonly field: string | null
  /** Offsets in UTF-16 units. */
  readonly start: number
  readonly end: number
  readonly children: SyntaxNode[]
}

export interface SyntaxTree {
  root: SyntaxNode
  nodes: number
  /** First thing that was not understood; null where the file parsed in full. */
  problem: { reason: UnparsedFile['reason']; offset: number | null } | null
}

const EMPTY: SyntaxNode = { type: 'source_file', field: null, start: 0, end: 0, children: [] }

/** Parses Go source. Never throws for bad input: what could not be read is a `problem` beside what could. */
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

/** Copies the cursor's node into its parent; true where what is below it is wanted too. */
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

/** First child in `field`, or null. */
export function childOf(node: SyntaxNode | null, field: string): SyntaxNode | null {
  return node?.children.find((child) => child.field === field) ?? null
}

/** All children in `field`. */
export function childrenOf(node: SyntaxNode, field: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === field)
}

/** Every node below `root` (itself first), in order, without recursion; `enter` false skips what is below a node. */
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
