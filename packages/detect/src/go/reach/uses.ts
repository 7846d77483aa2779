import { capabilityOf, oncePerFile } from '../capability/lookup.ts'
import { methodCapability } from '../capability/standard.ts'
import { type FileModel, importedMember, textOf } from '../parse/file-model.ts'
import { placeAt, printable, quoteAt } from '../parse/quote.ts'
import { childOf, partsOf, type SyntaxNode } from '../parse/syntax.ts'
import type { CapabilityKind, CapabilityUse } from '../types.ts'
import { constructorUses } from './c-source.ts'
import type { ModuleModel } from './module-model.ts'
import { aliasedReference, isCommand, type ReachedOnImport, reachedByCall, standsFor } from './reach.ts'
import { createTypeScopes, type PackageOf, type TypeScope, typeOfExpression } from './receiver-types.ts'
import type { Call, Reference, Unit } from './unit.ts'

/** A use before its arguments are known. */
export interface FoundUse {
  use: CapabilityUse
  /** The call whose arguments say more, or null. */
  call: SyntaxNode | null
}

/** Uses in one unit. `chain` is how it is reached on import, null where it is not. */
function usesInUnit(
  unit: Unit,
  chain: string[] | null,
  scopeOf: (unit: Unit) => TypeScope,
  packageOf: PackageOf,
  isCalledLater: (reference: Reference) => boolean,
): FoundUse[] {
  const found: FoundUse[] = []
  for (const reference of unit.references) {
    const { node, call } = reference
    const { path, member } = standsFor(packageOf, reference.path, reference.member) ?? reference
    const kind = capabilityOf(path, member, reference.replaced === true)
    if (kind === null || oncePerFile(kind)) continue
    const what = `${path}.${member}${opensForReading(unit.file, member, call) ? ' for reading' : ''}`
    const isValue = reference.replaced === true || CONSTANT.test(member)
    const runs = call !== null || isValue || isCalledLater(reference)
    found.push(newUse(unit, kind, what, node, call, runs ? chain : null))
  }
  for (const call of unit.calls) {
    if (call.kind !== 'name') continue
    const reference = aliasedReference(unit, call)
    const kind = reference === null ? null : capabilityOf(reference.path, reference.member, false)
    if (reference === null || kind === null || oncePerFile(kind)) continue
    found.push(newUse(unit, kind, `${reference.path}.${reference.member}`, call.node, call.node, chain))
  }
  // `exec.Command(…).Run()` is one use, not two.
  const counted = new Set(found.map(({ use }) => use.kind))
  return [
    ...found,
    ...methodUses(unit, chain, scopeOf).filter(
      ({ use }) => use.kind !== 'process' || !counted.has('process'),
    ),
  ]
}

/** Numbers of system calls and flags; no function is named so. */
const CONSTANT = /^[A-Z][A-Z\d]*_[A-Z\d_]+$/

const READ_FLAGS = /^O_(RDONLY|CLOEXEC|NONBLOCK|NOFOLLOW|NOCTTY|DIRECTORY|SYNC)$/
const FLAG_PACKAGES = new Set(['os', 'syscall', 'golang.org/x/sys/unix'])

/** True for a call of `os.OpenFile` or the system's `open` whose flags are written down and do not allow writing. */
function opensForReading(file: FileModel, member: string, call: SyntaxNode | null): boolean {
  const position = member.startsWith('Openat') ? 2 : 1
  const flags = partsOf(childOf(call, 'arguments'))[position]
  return /^Open(File|at\d?)?$/.test(member) && flags !== undefined && areReadFlags(file, flags)
}

function areReadFlags(file: FileModel, node: SyntaxNode): boolean {
  if (node.type === 'int_literal') return textOf(file, node) === '0'
  if (node.type === 'parenthesized_expression') return node.children.every((each) => areReadFlags(file, each))
  if (node.type === 'binary_expression') {
    const sides = [childOf(node, 'left'), childOf(node, 'right')]
    const joined = textOf(file, childOf(node, 'operator')) === '|'
    return joined && sides.every((side) => side !== null && areReadFlags(file, side))
  }
  const flag = node.type === 'selector_expression' ? importedMember(file, node) : null
  return flag !== null && FLAG_PACKAGES.has(flag.path) && READ_FLAGS.test(flag.member)
}

function methodUses(unit: Unit, chain: string[] | null, scopeOf: (unit: Unit) => TypeScope): FoundUse[] {
  const calls = unit.calls.filter((call) => call.kind === 'method')
  if (calls.length === 0 || !REACHING.some((path) => unit.file.importPaths.includes(path))) return []
  const types = scopeOf(unit)
  return calls.flatMap((call) => {
    const type = typeOfExpression(unit, types, call.receiver)
    if (type === null) return guessMethod(unit, call, chain)
    const kind = type.path === null ? null : methodCapability(type.path, type.name, call.method)
    if (kind === null) return []
    const reading = opensForReading(unit.file, call.method, call.node) ? ' for reading' : ''
    const what = `${type.path}.${type.name}.${call.method}${reading}`
    return [newUse(unit, kind, what, call.node, call.node, chain)]
  })
}

/** Packages whose types have methods that reach out. `exec.Cmd`'s are left out: its constructor is counted already. */
const REACHING = ['net/http', 'net/http/cgi', 'net', 'os', 'os/exec']

/** `client.Do(request)` on a value of unknown type in a file that imports net/http; not `once.Do(f)`. */
function guessMethod(
  unit: Unit,
  call: Extract<Call, { kind: 'method' }>,
  chain: string[] | null,
): FoundUse[] {
  if (call.method !== 'Do' && call.method !== 'RoundTrip') return []
  if (!unit.file.importPaths.includes('net/http')) return []
  const [only, ...more] = childOf(call.node, 'arguments')?.children ?? []
  if (only === undefined || more.length > 0 || only.type === 'func_literal') return []
  if (/once/i.test(textOf(unit.file, call.receiver))) return []
  if (only.type === 'identifier' && unit.pkg.functions.has(textOf(unit.file, only))) return []
  return [newUse(unit, 'network', `net/http ${call.method}`, call.node, call.node, chain)]
}

function newUse(
  unit: Unit,
  kind: CapabilityKind,
  what: string,
  node: SyntaxNode,
  call: SyntaxNode | null,
  chain: string[] | null,
): FoundUse {
  return { use: useAt(unit.file, kind, what, node.start, chain), call }
}

function useAt(
  file: FileModel,
  kind: CapabilityKind,
  what: string,
  offset: number,
  chain: string[] | null,
): CapabilityUse {
  return {
    kind,
    ...placeAt(file.path, file.lines, offset),
    what,
    onImport: chain !== null,
    reachedFrom: chain ?? [],
    calledFrom: [],
    quote: quoteAt(file.text, offset),
    folded: null,
  }
}

const DIRECTIVES: readonly { start: RegExp; kind: CapabilityKind }[] = [
  { start: /^\/\/go:linkname\s/, kind: 'linkname' },
  { start: /^\/\/go:generate\s/, kind: 'generate' },
  { start: /^\/\/go:embed\s/, kind: 'embed' },
  { start: /^\/\/(go:build|\s\+build)\s/, kind: 'build-tag' },
  { start: /^\/\/go:cgo_/, kind: 'cgo' },
]

/** Uses that belong to a file as a whole: directives, cgo, `unsafe`, `reflect`. */
export function usesOfFile(file: FileModel): CapabilityUse[] {
  if (!file.builds) return []
  const uses: CapabilityUse[] = []
  for (const { text, offset } of file.directives) {
    const kind = DIRECTIVES.find((directive) => directive.start.test(text))?.kind
    if (kind !== undefined) uses.push(useAt(file, kind, printable(text.slice(0, 120)), offset, null))
  }
  for (const path of new Set(file.importPaths)) {
    const kind = FILE_IMPORTS[path]
    const offset = file.text.indexOf(`"${path}"`)
    if (kind !== undefined && offset >= 0) uses.push(useAt(file, kind, `import "${path}"`, offset, null))
    // The comment above `import "C"` is C code.
    if (path === 'C') uses.push(...constructorUses(file.path, file.text))
  }
  return uses
}

const FILE_IMPORTS: Readonly<Record<string, CapabilityKind | undefined>> = {
  C: 'cgo',
  unsafe: 'unsafe',
  reflect: 'reflection',
}

/** Every use of Go files, by unit. */
export function findUses(module: ModuleModel, onImport: ReachedOnImport): FoundUse[] {
  const { reached } = onImport
  const packageOf: PackageOf = (path) => module.packageOf(path)
  const scopeOf = createTypeScopes(packageOf)
  const byCall = reachedByCall(module)
  return module.units.flatMap((unit) => {
    // No ordinary build compiles it.
    if (!unit.file.builds) return []
    const chain = reached.get(unit) ?? null
    // `var run = exec.Command`: calls of `run` count as separate uses.
    const uses = usesInUnit(
      unit,
      chain,
      scopeOf,
      packageOf,
      ({ node }) => node !== unit.root && onImport.callsValues(unit.pkg),
    )
    for (const { use } of uses) use.calledFrom = chain === null ? (byCall.get(unit) ?? []) : []
    return chain !== null && isCommand(chain) ? uses.map(ofCommand) : uses
  })
}

/** Commands read files and open connections by profession: only programs that they start count as soon as one is installed. */
function ofCommand({ use, call }: FoundUse): FoundUse {
  const acts = use.kind === 'process' || use.kind === 'plugin'
  return acts ? { use, call } : { use: { ...use, onImport: false, reachedFrom: [] }, call }
}

const OTHER_SOURCES: readonly { name: RegExp; kind: CapabilityKind; what: string }[] = [
  { name: /\.(s|S|sx)$/, kind: 'assembly', what: 'assembly source' },
  { name: /\.syso$/i, kind: 'assembly', what: 'object file that go links in' },
  { name: /\.(a|o|so|dll|dylib|exe|wasm)$/i, kind: 'assembly', what: 'compiled file' },
  { name: /\.(c|cc|cpp|cxx|m|f|F|for|f90|swig|swigcxx)$/, kind: 'cgo', what: 'C source' },
]

/** The use that a file is by its kind alone; null for Go and for what is no code. */
export function useOfOtherFile(path: string): CapabilityUse | null {
  const source = OTHER_SOURCES.find(({ name }) => name.test(path))
  if (source === undefined) return null
  const { kind, what } = source
  return {
    kind,
    file: path,
    line: 1,
    column: 1,
    what,
    onImport: false,
    reachedFrom: [],
    calledFrom: [],
    quote: '',
    folded: null,
  }
}
