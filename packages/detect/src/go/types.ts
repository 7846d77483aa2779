/** Kind of action that Go source can take on the machine that compiles or runs it. */
export type CapabilityKind =
  | 'process'
  | 'network'
  | 'files'
  | 'persistence'
  | 'interpreter'
  | 'native'
  | 'global'
  | 'secrets'
  | 'environment'
  | 'syscall'
  | 'unsafe'
  | 'cgo'
  | 'assembly'
  | 'linkname'
  | 'reflection'
  | 'plugin'
  | 'build-tag'
  | 'generate'
  | 'embed'

/** One source file of a module, or a file that it embeds, as bytes. `path` is relative to the module root, with `/`. */
export interface SourceFile {
  path: string
  content: string
}

/** A position in a file. Lines and columns are counted from 1; columns are UTF-16 units, as an editor shows them. */
export interface Place {
  file: string
  line: number
  column: number
}

/** One use of one capability. */
export interface CapabilityUse extends Place {
  kind: CapabilityKind
  /** The function or directive used, with its import path: `os/exec.Command`, `import "C"`, `//go:linkname`. */
  what: string
  /** True if importing the package is enough to run it. */
  onImport: boolean
  /** Call chain on import, outermost first: `init`, `var _`, then function names. Empty if importing does not reach it. */
  reachedFrom: string[]
  /** Call chain from an exported function, outermost first, where importing does not reach it; empty if none was found. */
  calledFrom: string[]
  /** The line of code, cut to a window around the use: attackers put code thousands of columns to the right. */
  quote: string
  /** Arguments with constants evaluated; null if no value is known. */
  folded: string | null
}

/** A string that the source builds from pieces. */
export interface FoldedString extends Place {
  value: string
  /** Steps that built it, in order: `concatenation`, `indexing`, `base64`, … */
  how: string[]
  onImport: boolean
  quote: string
}

/** An address on the network, written so that no mail or chat program turns it into a link. */
export interface NetworkPlace extends Place {
  kind: 'url' | 'address' | 'domain'
  defanged: string
  /** True where a statement that runs on import names it. */
  onImport: boolean
}

/** A file that could not be read in full: a fact worth reporting, since honest code compiles. */
export interface UnparsedFile {
  file: string
  /** `budget`: the files before it used up what one analysis may cost. */
  reason: 'syntax' | 'too-large' | 'too-deep' | 'time' | 'not-text' | 'budget'
  line: number | null
}

/** A module that the code imports, and what it does as soon as it is imported. */
export interface ImportedModule {
  path: string
  version: string
  uses: CapabilityUse[]
  /** True where the mirror refuses it, as it does what it considers to be malicious. */
  refused?: boolean
}

/** A requirement of go.mod that the base has in another version (`was`), or not at all. */
export interface ChangedRequirement {
  path: string
  version: string
  was: string | null
  /** Packages of that module which the code imports, new imports or not. */
  imports: string[]
}

/** Capabilities of a set of Go files. Lists are capped (see `truncated`); uses on import come first. */
export interface CapabilityReport {
  files: number
  /** The module's own paths: the one asked for, and the one that its go.mod declares if that was among the files. */
  ownPaths: string[]
  /** Import paths of other modules. */
  imports: string[]
  uses: CapabilityUse[]
  strings: FoldedString[]
  places: NetworkPlace[]
  unparsed: UnparsedFile[]
  truncated: boolean
  /** Patterns of `//go:embed`, relative to the module's root, if any. */
  embeds?: string[]
  /** Requirements of the go.mod among the files, by module path; absent without one. */
  requires?: Record<string, string>
  /** Requirements beyond those of the base, where both have a go.mod and some differ. */
  requirements?: ChangedRequirement[]
  /** Files that say they are generated, if any. */
  generated?: string[]
  /** Imported modules whose source was read, if any. */
  imported?: ImportedModule[]
  /** Why no source was read; absent where it was. */
  notRead?: string
}
