import { callLibrary } from '../library/library.ts'
import { type FileModel, textOf } from '../parse/file-model.ts'
import type { PackageModel, ValueModel } from '../parse/package-model.ts'
import { childOf, childrenOf, type SyntaxNode } from '../parse/syntax.ts'
import { type Host, listValue, type MaybeValue, type Value } from '../value/values.ts'
import { evaluateExpression, initialValue } from './expressions.ts'
import { type Callee, emptyScope, execute, type Folding, type Frame } from './frame.ts'
import { executeStatement } from './statements.ts'
import { assigned, zeroValue } from './types.ts'

/** Steps of all folding in one analysis. */
const MAX_TOTAL_STEPS = 2_000_000
/** Nesting of expressions, statements and calls; each level costs a few stack frames. */
const MAX_FOLD_DEPTH = 300
const MAX_CALL_DEPTH = 8
/** Depth of calls where arguments and all conditions so far are known: each level runs one branch, not all of them. */
const MAX_KNOWN_CALL_DEPTH = 32

/** Receiver of the events of a folding. */
export interface FoldingObserver {
  onCall(node: SyntaxNode, args: readonly MaybeValue[]): void
  onString(file: FileModel, node: SyntaxNode, value: Value): void
}

export interface FoldingMachine extends Folding {
  /** Gives the next function a fresh budget; false when the whole analysis has used up its own. */
  refill(steps: number): boolean
}

/** Makes a folding machine over the packages of one module. Deterministic: budgets count steps, not time. */
export function createFolding(
  packageOf: (importPath: string) => PackageModel | null,
  embedded: (path: string) => string | null,
  observer: FoldingObserver,
): FoldingMachine {
  const globals = new Map<ValueModel, MaybeValue>()
  let total = MAX_TOTAL_STEPS
  let left = 0
  let depth = 0
  let calls = 0

  function bounded<T>(run: () => T): T | null {
    if (depth >= MAX_FOLD_DEPTH || !fold.step()) return null
    depth++
    try {
      return run()
    } finally {
      depth--
    }
  }

  const host: Host = {
    call(value, args) {
      if (value?.kind === 'function') return fold.invoke(value, args)
      if (value?.kind === 'native') return value.run(args, host)
      return value?.kind === 'imported' ? callLibrary(value.path, value.name, args, host) : undefined
    },
    step: (cost) => fold.step(cost),
    shared: new Map(),
  }

  const fold: FoldingMachine = {
    host,
    packageOf,
    embedded,
    conditions: { known: 0, unknown: 0 },
    onCall: (node, args) => observer.onCall(node, args),
    onString: (file, node, value) => observer.onString(file, node, value),
    remaining: () => left,
    refill(steps) {
      forget(globals)
      host.shared.clear()
      fold.conditions.known = 0
      fold.conditions.unknown = 0
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
      bounded(() => {
        const value = evaluateExpression(frame, node)
        // Naming a value is free; making one costs what copying it costs.
        if (node.type !== 'identifier') fold.step(copyingCost(value))
        return value
      }),
    execute: (frame, node) => bounded(() => executeStatement(frame, node)),
    invoke(callee, args) {
      const isKnown = fold.conditions.unknown === 0 && args.length > 0 && !args.includes(null)
      if (calls >= (isKnown ? MAX_KNOWN_CALL_DEPTH : MAX_CALL_DEPTH)) return null
      calls++
      try {
        return runBody(fold, callee, args)
      } finally {
        calls--
      }
    },
    global(pkg, model) {
      const known = globals.get(model)
      if (known !== undefined) return known
      // An initialiser that leads back to itself finds "not known".
      globals.set(model, null)
      const value = initialValue({ file: model.file, pkg, scope: emptyScope(), fold }, model)
      globals.set(model, value)
      return value
    },
    setGlobal(model, value) {
      globals.set(model, value)
    },
  }
  return fold
}

/** Returns the steps that copying a value is worth: one for 256 characters or elements. */
function copyingCost(value: MaybeValue): number {
  if (value?.kind === 'string') return value.text.length >> 8
  return value?.kind === 'list' ? value.items.length >> 8 : 0
}

/** Each function starts with the variables as they were initialised: what another run did to them must not add up. */
function forget(globals: Map<ValueModel, MaybeValue>): void {
  for (const model of globals.keys()) if (!model.isConst) globals.delete(model)
}

function runBody(fold: Folding, callee: Callee, args: readonly MaybeValue[]): MaybeValue {
  const frame: Frame = { file: callee.file, pkg: callee.pkg, scope: emptyScope(callee.scope), fold }
  const { names } = frame.scope
  for (const { name } of parameters(frame, childOf(callee.node, 'receiver')))
    names.set(name, callee.receiver ?? null)
  for (const [at, { name, type, variadic }] of parameters(
    frame,
    childOf(callee.node, 'parameters'),
  ).entries()) {
    const given = variadic ? args.slice(at) : [args[at] ?? null]
    const values = given.map((arg) => assigned(frame, type, arg))
    names.set(name, variadic && values.length > 0 ? listValue(values) : (values[0] ?? null))
  }
  const result = childOf(callee.node, 'result')
  const results = parameters(frame, result)
  for (const { name, type } of results) names.set(name, zeroValue(frame, type))
  const flow = execute(frame, childOf(callee.node, 'body'))
  if (flow?.kind !== 'return') return null
  const [first] = results
  if (flow.value !== null || first === undefined) return typedResult(frame, result, flow.value)
  if (results.length === 1) return names.get(first.name) ?? null
  return { kind: 'tuple', items: results.map(({ name }) => names.get(name) ?? null) }
}

/** Returns a result as the function's type declares it. */
function typedResult(frame: Frame, result: SyntaxNode | null, value: MaybeValue): MaybeValue {
  if (result?.type !== 'parameter_list') return assigned(frame, result, value)
  const types = result.children.flatMap((declaration) =>
    Array.from({ length: Math.max(1, childrenOf(declaration, 'name').length) }, () =>
      childOf(declaration, 'type'),
    ),
  )
  if (value?.kind !== 'tuple') return assigned(frame, types[0] ?? null, value)
  return { ...value, items: value.items.map((item, at) => assigned(frame, types[at] ?? null, item)) }
}

interface Parameter {
  name: string
  type: SyntaxNode | null
  variadic: boolean
}

/** Returns the named parameters of a list. */
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
