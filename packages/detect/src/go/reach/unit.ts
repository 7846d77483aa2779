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
  references: Reference[]
  /** Function literals assigned to a local name, or to another package's, to be run where that name is called. */
  locals: Map<string, Unit[]>
  /** Unit that a literal is nested in, for its local names. */
  outer: Unit | null
  /** Function literals whose code belongs to this unit: called at once, or given to something that runs them. */
  inlined: Set<SyntaxNode>
  /** Identifiers and fields that the code reads: all but those that it only assigns to. */
  mentioned: Set<string>
}

/** Templates run the functions of their map when they are executed, schedulers their jobs once they are started. */
export type Trigger = 'template' | 'scheduler'

/** Something that a unit runs. */
export type Call = (
  | { kind: 'name'; name: string; node: SyntaxNode }
  | { kind: 'method'; method: string; receiver: SyntaxNode; node: SyntaxNode }
  | { kind: 'package'; path: string; name: string; node: SyntaxNode }
  /** A function passed to another function of the module, which may run it. */
  | {
      kind: 'argument'
      callee: string
      position: number
      name: string | null
      literal: SyntaxNode | null
      node: SyntaxNode
    }
  /** A function handed to a method, which may run it. */
  | {
      kind: 'handed'
      method: string
      receiver: SyntaxNode
      position: number
      name: string | null
      literal: SyntaxNode | null
      node: SyntaxNode
    }
) & {
  /** Event before which this does not run. */
  after?: Trigger
  /** True where what it returns is run as well: `f()()`, `for range f()`. */
  runsResult?: boolean
}

/** A member of an imported package that a unit mentions. */
export interface Reference {
  path: string
  member: string
  node: SyntaxNode
  /** The call whose function it is, or null where it is only named. */
  call: SyntaxNode | null
  /** Names that it is stored under, where all that is done with it is to store it. */
  stored?: readonly string[]
  /** True where the code assigns to it, to a part of it, or takes its address. */
  replaced?: boolean
}
