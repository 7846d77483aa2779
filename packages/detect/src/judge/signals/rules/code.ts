import * as evidence from './evidence.ts'
import type { SignalRule } from './rule.ts'

/** Signals of what added code does and how it is disguised. */
export const CODE_RULES = [
  {
    id: 'import-process',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code runs a process on import',
    meaning:
      'Code beyond the original’s or the repository’s starts a program, or loads a plugin, as soon as the package is imported or its command is run (`main`); or a module that it imports does (`through`).',
  },
  {
    id: 'import-network',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code uses the network on import',
    meaning:
      'Code beyond the original’s or the repository’s opens a connection as soon as the package is imported; or a module that it imports does (`through`).',
  },
  {
    id: 'import-writes',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code writes files on import',
    meaning:
      'Code beyond the original’s or the repository’s creates, changes or removes files as soon as the package is imported: a start-up script, a key, a scheduled job; or a module that it imports does (`through`).',
  },
  {
    id: 'imports-refused',
    evidence: evidence.refusedImports,
    category: 'code',
    weight: 'raises',
    title: 'Added code imports a module that the mirror refuses',
    meaning:
      'Code beyond the original’s or the repository’s imports it, and the mirror answers 403 for it: it considers that module to be malicious.',
  },
  {
    id: 'import-secrets',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code reads secrets on import',
    meaning:
      'The whole environment, keys, tokens, browser data or the clipboard, as soon as the package is imported.',
  },
  {
    id: 'added-process',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can run a process',
    meaning:
      'Not known to run on import: a caller has to run it, or it is reached in a way that was not followed.',
  },
  {
    id: 'added-network',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can use the network',
    meaning: 'Not known to run on import.',
  },
  {
    id: 'added-writes',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can write files',
    meaning: 'Not known to run on import. Creates, changes or removes files.',
  },
  {
    id: 'added-persistence',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code changes what starts automatically',
    meaning:
      'Start-up scripts, scheduled jobs, services, the registry, login keys, trusted certificates, git hooks or the Go tools.',
  },
  {
    id: 'added-native',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added native code',
    meaning:
      'cgo, assembly, object files, linkname, plugins, numbered system calls, Windows libraries, executable memory: reading Go does not show what it does.',
  },
  {
    id: 'added-interpreter',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code runs an interpreter',
    meaning:
      'For shell scripts, JavaScript, Lua, WebAssembly or Go: what runs is data that can come from anywhere.',
  },
  {
    id: 'added-global',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code replaces what other code relies on',
    meaning:
      '`http.DefaultTransport`, `rand.Reader`, the resolver, roots of trust, or variables of the environment such as proxies and `LD_PRELOAD`.',
  },
  {
    id: 'added-secrets',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can read secrets',
    meaning:
      'Not known to run on import. Keys, tokens, browser data, the clipboard or the whole environment.',
  },
  {
    id: 'added-unread',
    evidence: evidence.unread,
    category: 'code',
    weight: 'supports',
    title: 'The difference was not read',
    meaning: 'The contents were unavailable, or a limit was reached. Keeps a difference from being lowered.',
  },
  {
    id: 'added-import',
    evidence: evidence.addedImports,
    category: 'code',
    weight: 'supports',
    title: 'Added code imports another module',
    meaning:
      'The ten least used of such modules, and of those that they import in turn, are read for what they do on import; those with 1,000 dependents are not. Keeps a difference from being lowered.',
  },
  {
    id: 'requirement-changed',
    evidence: evidence.requirements,
    category: 'code',
    weight: 'supports',
    title: 'A requirement was added or changed',
    meaning:
      'go.mod requires a module that the code imports in another version. The least used of such modules are read for what they do on import, as those of added imports are.',
  },
  {
    id: 'named-place',
    evidence: evidence.places,
    category: 'code',
    weight: 'raises',
    title: 'Added code names a place on the network',
    meaning:
      'A constant address that it connects to, or that code which runs on import names. Honest forks name addresses in variables and documentation.',
  },
  {
    id: 'hidden-argument',
    evidence: evidence.hiddenStrings,
    category: 'code',
    weight: 'raises',
    title: 'Added code hides what it runs, opens or connects to',
    meaning:
      'A string that is put together from pieces, or decoded, is handed to a capability or made on import. Long texts that are joined, as templates are, do not count.',
  },
  {
    id: 'hidden-string',
    evidence: evidence.hiddenStrings,
    category: 'code',
    weight: 'supports',
    title: 'Added code hides a string',
    meaning: 'A command, address or path is put together from pieces instead of being written down.',
  },
  {
    id: 'generated-looking',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code stands in a file that says it is generated',
    meaning:
      'Reviewers skip such files. Generators do not write code that runs programs, writes files or is native.',
  },
  {
    id: 'far-right',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code stands far to the right',
    meaning: 'The code starts beyond the width of any screen, where reviewers do not see it.',
  },
  {
    id: 'unparsable',
    evidence: evidence.unparsedFiles,
    category: 'code',
    weight: 'supports',
    title: 'Added Go code does not parse',
    meaning: 'It was not analysed in full. Honest code compiles. Keeps a difference from being lowered.',
  },
  {
    id: 'oversized',
    evidence: evidence.unparsedFiles,
    category: 'code',
    weight: 'raises',
    title: 'Added Go code is too large or too deep to read',
    meaning:
      'A file is more than twice as large or as deeply nested as any known one: no person writes or reviews it.',
  },
] as const satisfies readonly SignalRule[]
