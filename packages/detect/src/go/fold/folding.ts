import { MAX_CALL_DEPTH, MAX_FOLD_DEPTH, MAX_TOTAL_STEPS } from '../limits.ts'
import { type FileModel, type PackageModel, textOf, type ValueModel } from '../parse/source-model.ts'
import { childOf, childrenOf, type SyntaxNode } from '../parse/syntax.ts'
import { zeroValue } from './conversions.ts'
import { evaluateExpression, initialValue } from './fold-expression.ts'
import { executeStatement } from './fold-statement.ts'
import type { Callee, Flow, Folding, Frame } from './fold-types.ts'
import type { Value } from './values.ts'

/** What a folding tells its owner. */
export interface FoldingObserver {
  /** A function was certainly called by the code that was run. */
  onInvoke(node: SyntaxNode): void
  /** The same of a function of another package, called through a value that holds it. */
  onInvokeImported(path: string, name: string): void
  onCall(node: SyntaxNode, args: readonly (Value | null)[]): void
  onString(file: FileModel, node: SyntaxNode, value: Value): void
}

export interface FoldingMachine extends Folding {
  /** Gives the next function a fresh budget; false when the whole analysis has used up its own. */
  refill(steps: number): boolean
}

/** A folding machine over the packages of one module. Deterministic: budgets count steps, not time. */
export function createFolding(
  packageOf: (importPath: string) => PackageModel | null,
  observer: FoldingObserver,
): FoldingMachine {
  const globals = new Map<ValueModel, Value | null>()
  let total = MAX_TOTAL_STEPS
  let left = 0
  let depth = 0
  let calls = 0
  let unsure = 0

  function bounded<T>(run: () => T, otherwise: T): T {
    if (depth >= MAX_FOLD_DEPTH || !fold.step()) return otherwise
    depth++
    try {
      return run()
    } finally {
      depth--
    }
  }

  const fold: FoldingMachine = {
    packageOf,
    onCall: (node, args) => observer.onCall(node, args),
    onString: (file, node, value) => observer.onString(file, node, value),
    remaining: () => left,
    refill(steps) {
      forget(globals)
      left = Math.min(steps, total)
      return total > 0
    },
    step(cost = 1) {
      if (left <= 0) return false
      left -= cost
      total -= cost
      return true
    },
    evaluate: (frame, node) =>
      bounded<Value | null>(() => {
        const value = evaluateExpression(fold, frame, node)
        // Naming a value is free; making one costs what copying it costs.
        if (node.type !== 'identifier') fold.step(copyingCost(value))
        return value
      }, null),
    execute: (frame, node) => bounded<Flow>(() => executeStatement(fold, frame, node), null),
    invokePerhaps(callee) {
      unsure++
      try {
        fold.invoke(callee, [])
      } finally {
        unsure--
      }
    },
    invoke(callee, args) {
      if (unsure === 0) observer.onInvoke(callee.node)
      if (calls >= MAX_CALL_DEPTH) return null
      calls++
      try {
        return runBody(fold, callee, args)
      } finally {
        calls--
      }
    },
    invokeImported(path, name) {
      if (unsure === 0) observer.onInvokeImported(path, name)
    },
    global(pkg, model) {
      const known = globals.get(model)
      if (known !== undefined) return known
      // An initialiser that leads back to itself finds "not known".
      globals.set(model, null)
      const scope = { names: new Map(), parent: null }
      const value = initialValue(fold, { file: model.file, pkg, scope }, model)
      globals.set(model, value)
      return value
    },
    setGlobal(model, value) {
      globals.set(model, value)
    },
  }
  return fold
}

/** Steps that as much work is worth: 256 characters or elements are copied in the time of one step. */
function copyingCost(value: Value | null): number {
  if (value?.kind === 'string') return value.text.length >> 8
  return value?.kind === 'list' ? value.items.length >> 8 : 0
}

/** Each function starts with the variables as they were initialised: what another run did to them must not add up. */
function forget(globals: Map<ValueModel, Value | null>): void {
  for (const model of globals.keys()) if (!model.isConst) globals.delete(model)
}

function runBody(fold: Folding, callee: Callee, args: readonly (Value | null)[]): Value | null {
  const body = childOf(callee.node, 'body')
  if (body === null) return null
  const names = new Map<string, Value | null>()
  const frame: Frame = { file: callee.file, pkg: callee.pkg, scope: { names, parent: callee.scope } }
  const receiver = parameters(frame, childOf(callee.node, 'receiver'))
  for (const { name } of receiver) names.set(name, callee.receiver ?? null)
  bindParameters(names, parameters(frame, childOf(callee.node, 'parameters')), args)
  const results = parameters(frame, childOf(callee.node, 'result'))
  for (const { name, type } of results) names.set(name, zeroValue(frame.file, type))
  const flow = fold.execute(frame, body)
  if (flow?.kind !== 'return') return null
  const [first] = results
  if (flow.value !== null || first === undefined) return flow.value
  if (results.length === 1) return names.get(first.name) ?? null
  return { kind: 'tuple', items: results.map(({ name }) => names.get(name) ?? null) }
}

interface Parameter {
  name: string
  type: SyntaxNode | null
  variadic: boolean
}

function parameters(frame: Frame, list: SyntaxNode | null): Parameter[] {
  if (list === null || list.type !== 'parameter_list') return []
  return list.children.flatMap((declaration) =>
    childrenOf(declaration, 'name').map((name) => ({
      name: textOf(frame.file, name),
      type: childOf(declaration, 'type'),
      variadic: declaration.type === 'variadic_parameter_declaration',
    })),
  )
}

function bindParameters(
  names: Map<string, Value | null>,
  list: readonly Parameter[],
  args: readonly (Value | null)[],
): void {
  for (const [at, parameter] of list.entries()) {
    const rest = args.slice(at)
    const list: Value = { kind: 'list', items: rest, element: 'other', how: [] }
    names.set(parameter.name, parameter.variadic ? (rest.length > 0 ? list : null) : (args[at] ?? null))
  }
}
