import { type FileModel, textOf } from '../parse/file-model.ts'
import type { PackageModel, ValueModel } from '../parse/package-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import type { FunctionValue, Host, MaybeValue, Scope, Value } from '../value/values.ts'

/** Context in which an expression is evaluated. */
export interface Frame {
  file: FileModel
  pkg: PackageModel
  scope: Scope
  fold: Folding
  /** Label of the statement that is about to be executed, if it has one. */
  label?: string
}

/** A function to run. */
export type Callee = Omit<FunctionValue, 'kind'>

/** Effect of a statement on the flow of control; null to go on. */
export type Flow =
  | { kind: 'return'; value: MaybeValue }
  | { kind: 'break'; label: string }
  | { kind: 'continue'; label: string }
  | { kind: 'fallthrough' }
  | null

/**
 * The interpreter that folds constants, as its parts see it. It runs code with the known values, takes both branches of an
 * unknown condition, and runs a loop with an unknown condition once. It finds values that a string may take and proves none.
 */
export interface Folding {
  /** Use {@link evaluate} and {@link execute}, which also take null. */
  evaluate(frame: Frame, node: SyntaxNode): MaybeValue
  execute(frame: Frame, node: SyntaxNode): Flow
  /** Runs a function's body; missing and unknown arguments are null. */
  invoke(callee: Callee, args: readonly MaybeValue[]): MaybeValue
  /** Returns the value of a package-level variable or constant as it is now. */
  global(pkg: PackageModel, model: ValueModel): MaybeValue
  setGlobal(model: ValueModel, value: MaybeValue): void
  /** Returns a package of the module by import path, for calls that cross packages. */
  packageOf(importPath: string): PackageModel | null
  /** The interpreter as library functions see it. */
  host: Host
  /** Returns the bytes of a file that the module embeds, by its path from the module's root; null for others. */
  embedded(path: string): string | null
  /** Conditions of statements that were known and unknown so far. */
  conditions: { known: number; unknown: number }
  /** Counts steps; false when the budget is used up. */
  step(cost?: number): boolean
  /** Returns the steps left for this function. */
  remaining(): number
  /** Called for each call with its arguments. */
  onCall(node: SyntaxNode, args: readonly MaybeValue[]): void
  /** Called for each string where the code uses it. */
  onString(file: FileModel, node: SyntaxNode, value: Value): void
}

export function evaluate(frame: Frame, node: SyntaxNode | null | undefined): MaybeValue {
  return node === null || node === undefined ? null : frame.fold.evaluate(frame, node)
}

export function execute(frame: Frame, node: SyntaxNode | null): Flow {
  return node === null ? null : frame.fold.execute(frame, node)
}

export function emptyScope(parent: Scope | null = null): Scope {
  return { names: new Map(), parent }
}

/** Returns the frame of a block inside another. */
export function innerFrame(frame: Frame): Frame {
  const { file, pkg, scope, fold } = frame
  return { file, pkg, scope: emptyScope(scope), fold }
}

/** Returns the nearest local variable of that name: undefined if not declared, null if its value is unknown. */
export function lookup(scope: Scope, name: string): MaybeValue | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const value = at.names.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

/** Sets the nearest local variable of that name; false if not declared. */
export function assign(scope: Scope, name: string, value: MaybeValue): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (!at.names.has(name)) continue
    at.names.set(name, value)
    return true
  }
  return false
}

/** Returns the import path that an identifier stands for; null for others, and where a local name hides it. */
export function importOf(frame: Frame, node: SyntaxNode): string | null {
  if (node.type !== 'identifier') return null
  const name = textOf(frame.file, node)
  return lookup(frame.scope, name) === undefined ? (frame.file.imports.get(name) ?? null) : null
}
