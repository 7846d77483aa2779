import type { FileModel, PackageModel, ValueModel } from '../parse/source-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import type { Scope, Value } from './values.ts'

/** Where an expression is evaluated. */
export interface Frame {
  file: FileModel
  pkg: PackageModel
  scope: Scope
}

/** A function to run; `scope` is what a literal sees around it, `receiver` what a method is called on. */
export type Callee = Omit<Frame, 'scope'> & {
  node: SyntaxNode
  scope: Scope | null
  receiver?: Value | null
}

/** What a statement did to the flow of control; null: go on. */
export type Flow = { kind: 'return'; value: Value | null } | { kind: 'break' } | { kind: 'continue' } | null

/**
 * The folding machine, as its parts see it. It follows code with whatever is constant, takes both branches where a
 * condition is not known, and runs loops whose condition is not known once: it wants to see what a string may become, not
 * to prove what it will.
 */
export interface Folding {
  evaluate(frame: Frame, node: SyntaxNode): Value | null
  execute(frame: Frame, node: SyntaxNode): Flow
  /** Runs a function's body with arguments; missing and unknown ones are null. */
  invoke(callee: Callee, args: (Value | null)[]): Value | null
  /** The same where it is only likely that somebody runs it. */
  invokePerhaps(callee: Callee): void
  /** Told of a function of another package that is called through a value. */
  invokeImported(path: string, name: string): void
  /** Value of a package-level variable or constant as it is now. */
  global(pkg: PackageModel, model: ValueModel): Value | null
  setGlobal(model: ValueModel, value: Value | null): void
  /** Packages of the module by import path, for calls that cross packages. */
  packageOf(importPath: string): PackageModel | null
  /** Counts steps, one unless told; false when the budget is used up. */
  step(cost?: number): boolean
  /** Steps left for this function. */
  remaining(): number
  /** Told of each call with what its arguments came out as. */
  onCall(node: SyntaxNode, args: readonly (Value | null)[]): void
  /** Told of each string in a place where somebody uses it. */
  onString(file: FileModel, node: SyntaxNode, value: Value): void
}
