import type { FileModel } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'

/** A piece of code that runs as a whole or not at all. */
export interface Unit {
  /** Name shown in `reachedFrom`: `init`, `var x`, `T.Method`, `func literal`. */
  name: string
  file: FileModel
  pkg: PackageModel
  root: SyntaxNode
  /** `import` for `func init` and initialisers of package-level variables, `command` for `func main`; else null. */
  entry: 'import' | 'command' | null
  /** True for initialisers: naming a function there does not run it. */
  initialiser: boolean
  calls: Call[]
  /** Functions that the code mentions without calling them: stores, returns or hands over. */
  taken: Taken[]
  references: Reference[]
  /** Types of the same package, and package-level variables, that the code mentions. */
  types: Set<string>
  variables: Set<string>
  /** Names of the fields of the struct types that it writes down. */
  fields: Set<string>
  /** Function literals assigned to a local name, or to another package's, to be run where that name is called. */
  locals: Map<string, Unit[]>
  /** Unit that a literal is nested in, for its local names. */
  outer: Unit | null
  /** Function literals whose code belongs to this unit, since it is called where it stands. */
  inlined: Set<SyntaxNode>
}

/** Something that a unit runs. `args` counts what is handed over. */
export type Call =
  | { kind: 'name'; name: string; node: SyntaxNode; args: number }
  | { kind: 'method'; method: string; receiver: SyntaxNode; node: SyntaxNode; args: number }
  | { kind: 'package'; path: string; name: string; node: SyntaxNode; args: number }
  /** The value of an expression: `f()()`, `list[0]()`, `x.(func())()`. */
  | { kind: 'value'; node: SyntaxNode; args: number }

/** A function that is mentioned: a literal, a function of the package, or a method of a value. */
export interface Taken {
  /** Place of the mention. */
  node: SyntaxNode
  literal: SyntaxNode | null
  name: string
  receiver: SyntaxNode | null
  /** The call that it is handed to, or null where it is stored or returned. */
  to: Call | null
}

/** A member of an imported package that a unit mentions. */
export interface Reference {
  path: string
  member: string
  node: SyntaxNode
  /** The call whose function it is, or null where it is only named. */
  call: SyntaxNode | null
  /** True where the code assigns to it, to a part of it, or takes its address. */
  replaced?: boolean
}
