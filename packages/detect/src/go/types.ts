/** What a piece of Go source can do to the machine that compiles or runs it. */
export type CapabilityKind =
  | 'process'
  | 'network'
  | 'files'
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

/** One source file of a module. `path` is relative to the module root, with `/`. */
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
  /** What is used, by its import path: `os/exec.Command`, `import "C"`, `//go:linkname`. */
  what: string
  /** True where importing the package is enough to run it. */
  onImport: boolean
  /** How it is reached on import, outermost first: `init`, `var _`, then function names. Empty where it is not. */
  reachedFrom: string[]
  /** The code itself, cut to the window around it: attackers put it thousands of columns to the right. */
  quote: string
  /** Arguments with everything constant worked out; null where nothing is known. */
  folded: string | null
}

/** A string that the source builds from pieces. */
export interface FoldedString extends Place {
  value: string
  /** How it was built: `concatenation`, `indexing`, `base64`, … in the order met. */
  how: string[]
  onImport: boolean
  quote: string
}

/** An address on the network, written so that no mail or chat program turns it into a link. */
export interface NetworkPlace extends Place {
  kind: 'url' | 'address' | 'domain'
  defanged: string
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

/** What a set of Go files can do. Lists are capped (`truncated` says so); uses on import come first. */
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
  /** Imported modules whose source was read, if any. */
  imported?: ImportedModule[]
  /** Why no source was read; absent where it was. */
  notRead?: string
}
