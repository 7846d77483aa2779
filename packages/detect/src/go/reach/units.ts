import { type FileModel, textOf } from '../parse/file-model.ts'
import type { FunctionModel, PackageModel } from '../parse/package-model.ts'
import { childOf, childrenOf, type SyntaxNode } from '../parse/syntax.ts'
import type { Unit } from './unit.ts'

/** Units of a package: its functions, methods, initialisers and the literals in them. */
export function unitsOf(pkg: PackageModel): Unit[] {
  const units: Unit[] = []
  const functions = [...pkg.functions.values(), ...pkg.methods.values()].flat()
  for (const model of functions) scanUnit(functionUnit(pkg, model), units)
  const seen = new Set<SyntaxNode>()
  for (const model of [...pkg.values.values()].flat()) {
    if (model.value === null || model.isConst || seen.has(model.value)) continue
    seen.add(model.value)
    const unit = newUnit(`var ${model.name}`, model.file, pkg, model.value)
    scanUnit({ ...unit, entry: 'import', initialiser: true }, units)
  }
  return units
}

function functionUnit(pkg: PackageModel, { name, receiver, file, node }: FunctionModel): Unit {
  const unit = newUnit(receiver === null ? name : `${receiver}.${name}`, file, pkg, node)
  if (receiver !== null) return unit
  if (name === 'init') return { ...unit, entry: 'import' }
  return name === 'main' && file.packageName === 'main' && !isExample(file.path)
    ? { ...unit, entry: 'command' }
    : unit
}

/** True for commands that show how to use a module, which are not meant to be installed. */
function isExample(path: string): boolean {
  return /(^|\/)_?examples?\//.test(path)
}

function newUnit(name: string, file: FileModel, pkg: PackageModel, root: SyntaxNode): Unit {
  return {
    name,
    file,
    pkg,
    root,
    entry: null,
    initialiser: false,
    calls: [],
    references: [],
    locals: new Map(),
    outer: null,
    inlined: new Set(),
    mentioned: new Set(),
  }
}

/** Unit that a function literal's code belongs to. */
type LiteralUse = { inline: true } | { inline: false; name: string | null }

interface Scan {
  unit: Unit
  units: Unit[]
  literals: Map<SyntaxNode, LiteralUse>
  called: Map<SyntaxNode, SyntaxNode>
  /** Calls whose result is run. */
  resultsRun: Set<SyntaxNode>
  /** Values that are only stored, with the names that they are stored under. */
  stored: Map<SyntaxNode, readonly string[]>
  /** Identifiers that are only assigned to. */
  assigned: Set<SyntaxNode>
  /** Identifiers through which the code changes what they stand for. */
  replaced: Set<SyntaxNode>
}

function scanUnit(unit: Unit, units: Unit[]): void {
  units.push(unit)
  const scan: Scan = {
    unit,
    units,
    literals: new Map(),
    called: new Map(),
    resultsRun: new Set(),
    stored: new Map(),
    assigned: new Set(),
    replaced: new Set(),
  }
  const stack: SyntaxNode[] = [unit.root]
  // A literal that is a unit's own root is entered; nested ones are placed by what was seen around them.
  if (unit.root.type === 'func_literal' && unit.outer === null)
    nameLiteral(scan, unit.root, unit.name.slice(4))
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'func_literal' && (node !== unit.root || scan.literals.has(node))) {
      const use = scan.literals.get(node) ?? { inline: false, name: null }
      if (!use.inline) {
        nestUnit(scan, node, use.name)
        continue
      }
      unit.inlined.add(node)
    }
    visit(scan, node)
    for (let i = node.children.length - 1; i >= 0; i--) {
      const child = node.children[i]
      if (child !== undefined) stack.push(child)
    }
  }
}

/** `var f = func() {…}` at package level: the literal runs where `f` is called, not on import. */
function nameLiteral(scan: Scan, literal: SyntaxNode, name: string): void {
  scan.literals.set(literal, { inline: false, name })
}

function nestUnit(scan: Scan, literal: SyntaxNode, name: string | null): void {
  const { unit, units } = scan
  const shown = name === null ? `${unit.name} func literal` : `${unit.name} ${name}`
  const nested = { ...newUnit(shown, unit.file, unit.pkg, literal), outer: unit }
  if (name !== null) {
    const list = unit.locals.get(name) ?? []
    list.push(nested)
    unit.locals.set(name, list)
  }
  scanUnit(nested, units)
}

function visit(scan: Scan, node: SyntaxNode): void {
  if (node.type === 'identifier' || node.type === 'field_identifier') {
    if (!scan.assigned.has(node)) scan.unit.mentioned.add(textOf(scan.unit.file, node))
  } else if (node.type === 'call_expression') visitCall(scan, node)
  else if (node.type === 'selector_expression') visitSelector(scan, node)
  else if (node.type === 'unary_expression') visitAddress(scan, node)
  else if (node.type === 'composite_literal') visitComposite(scan, node)
  else if (node.type === 'short_var_declaration' || node.type === 'assignment_statement') {
    pairLiterals(scan, childOf(node, 'left')?.children ?? [], childOf(node, 'right')?.children ?? [])
  } else if (node.type === 'var_spec') {
    pairLiterals(scan, childrenOf(node, 'name'), childOf(node, 'value')?.children ?? [])
  } else if (node.type === 'range_clause') visitRange(scan, childOf(node, 'right'))
}

/** `for range f` runs the function f, and `for range f()` the one that f returns. */
function visitRange(scan: Scan, over: SyntaxNode | null): void {
  const node = unwrap(over)
  if (node?.type === 'func_literal') scan.literals.set(node, { inline: true })
  else if (node?.type === 'identifier')
    scan.unit.calls.push({ kind: 'name', name: textOf(scan.unit.file, node), node })
  else if (node?.type === 'call_expression') runResult(scan, node)
  else if (node?.type === 'selector_expression') {
    const receiver = childOf(node, 'operand')
    const method = textOf(scan.unit.file, childOf(node, 'field'))
    if (receiver !== null) scan.unit.calls.push({ kind: 'method', method, receiver, node })
  }
}

/** The result is a function: one that the callee makes, or one that it was given and put something around. */
function runResult(scan: Scan, call: SyntaxNode): void {
  scan.resultsRun.add(call)
  runArguments(scan, childOf(call, 'arguments')?.children ?? [])
}

function pairLiterals(scan: Scan, names: readonly SyntaxNode[], values: readonly SyntaxNode[]): void {
  for (const [at, value] of values.entries()) {
    const target = names[at]
    if (target !== undefined) storeValue(scan, value, storedNames(scan, target))
    const name = givenName(scan.unit.file, target)
    if (name === null) continue
    for (const literal of literalsOf(value)) nameLiteral(scan, literal, name)
  }
}

/** Returns the name that calls what is stored at a target; marks the target's identifiers as assigned to. */
function storedNames(scan: Scan, target: SyntaxNode): string[] {
  const field = childOf(target, 'field')
  const name = field ?? rootOf(target)
  scan.assigned.add(name)
  scan.assigned.add(rootOf(target))
  scan.replaced.add(rootOf(target))
  return [textOf(scan.unit.file, name)]
}

/** `&rand.Reader` lets code change the variable under another name. */
function visitAddress(scan: Scan, node: SyntaxNode): void {
  const operand = childOf(node, 'operand')
  if (operand?.type === 'selector_expression' && textOf(scan.unit.file, childOf(node, 'operator')) === '&')
    scan.replaced.add(rootOf(operand))
}

/** Returns the identifier that a selector or index expression begins with. */
function rootOf(node: SyntaxNode): SyntaxNode {
  let at = node
  for (let of = childOf(at, 'operand'); of !== null; of = childOf(at, 'operand')) at = of
  return at
}

/** Notes that a function, or the functions in a composite literal, are stored under these names. */
function storeValue(scan: Scan, value: SyntaxNode, names: readonly string[]): void {
  if (value.type === 'selector_expression') scan.stored.set(value, names)
  if (value.type === 'unary_expression' || value.type === 'literal_element')
    for (const inner of value.children) storeValue(scan, inner, names)
  if (value.type !== 'composite_literal') return
  for (const element of childOf(value, 'body')?.children ?? []) {
    const key = childOf(element, 'key')?.children[0]
    const field = key?.type === 'identifier' ? [textOf(scan.unit.file, key)] : []
    if (key !== undefined) scan.assigned.add(key)
    storeValue(scan, childOf(element, 'value') ?? element, [...names, ...field])
  }
}

/** A name, or a variable of another package as `path.name`; null for anything else. */
function givenName(file: FileModel, node: SyntaxNode | undefined): string | null {
  if (node?.type === 'identifier') return textOf(file, node)
  const of = node?.type === 'selector_expression' ? childOf(node, 'operand') : null
  const path = of?.type === 'identifier' ? file.imports.get(textOf(file, of)) : undefined
  return node === undefined || path === undefined ? null : `${path}.${textOf(file, childOf(node, 'field'))}`
}

/** The function literals that calling a value may run: itself, or what was put around it, as by `sync.OnceFunc`. */
export function literalsOf(value: SyntaxNode): SyntaxNode[] {
  const made = value.type === 'call_expression' ? (childOf(value, 'arguments')?.children ?? []) : [value]
  return made.filter(({ type }) => type === 'func_literal')
}

function visitCall(scan: Scan, node: SyntaxNode): void {
  const { unit } = scan
  const callee = unwrap(childOf(node, 'function'))
  if (callee === null) return
  const args = childOf(node, 'arguments')?.children ?? []
  const runsResult = scan.resultsRun.has(node)
  if (callee.type === 'func_literal') scan.literals.set(callee, { inline: true })
  if (callee.type === 'call_expression') runResult(scan, callee)
  if (callee.type === 'identifier') {
    const name = textOf(unit.file, callee)
    unit.calls.push({ kind: 'name', name, node, runsResult })
    for (const path of unit.file.dotImports)
      unit.references.push({ path, member: name, node: callee, call: node })
    handArguments(scan, name, args)
    return
  }
  if (callee.type !== 'selector_expression') return
  scan.called.set(callee, node)
  const of = childOf(callee, 'operand')
  const member = textOf(unit.file, childOf(callee, 'field'))
  if (of === null) return
  const path = of.type === 'identifier' ? unit.file.imports.get(textOf(unit.file, of)) : undefined
  if (path === undefined) unit.calls.push({ kind: 'method', method: member, receiver: of, node, runsResult })
  else unit.calls.push({ kind: 'package', path, name: member, node, runsResult })
  if (path !== undefined && RUNNING_PACKAGES.has(path)) runArguments(scan, args)
  else if (!RUNS_ARGUMENTS.test(member) || isRegistration(unit.file, member, args)) return
  else if (path === undefined && (unit.pkg.methods.has(member) || isSchedule(unit.file, of)))
    handToMethod(scan, { method: member, receiver: of }, args)
  else runArguments(scan, args)
}

/** True for a call that keeps a function for later: `MustRegister(f)`, `router.Map("/path", f)`. */
function isRegistration(file: FileModel, member: string, args: readonly SyntaxNode[]): boolean {
  if (/^Must(Register|Add|Handle|Provide|Bind|Set)/.test(member)) return true
  const first = args[0]
  return member === 'Map' && first !== undefined && /^["`]\//.test(textOf(file, first))
}

/** True for `s.Every(1).Hour()`, whose `Do(f)` adds a job. */
function isSchedule(file: FileModel, receiver: SyntaxNode): boolean {
  return /\b(Every|Cron|CronWithSeconds|Daily|Weekly|At)\s*\(/.test(textOf(file, receiver).slice(0, 1_000))
}

function handToMethod(
  { unit }: Scan,
  to: { method: string; receiver: SyntaxNode },
  args: readonly SyntaxNode[],
): void {
  const after = isSchedule(unit.file, to.receiver) ? { after: 'scheduler' as const } : {}
  for (const [position, node] of args.entries()) {
    const literal = node.type === 'func_literal' ? node : null
    const name = node.type === 'identifier' ? textOf(unit.file, node) : null
    if (literal !== null || name !== null)
      unit.calls.push({ kind: 'handed', ...to, position, name, literal, node, ...after })
  }
}

/** Methods and functions that run what they are given at once or soon: `once.Do`, `time.AfterFunc`, `group.Go`, … */
const RUNS_ARGUMENTS =
  /^(Do|Go|Run|Call|AfterFunc|SetFinalizer|AddCleanup|Each|ForEach|Range|Walk\w*|Map|Search|Try|Must\w*)$/
/** Packages whose functions run their arguments before they return. */
const RUNNING_PACKAGES = new Set([
  'sort',
  'slices',
  'strings',
  'bytes',
  'maps',
  'path/filepath',
  'io/fs',
  'iter',
])

function handArguments(scan: Scan, callee: string, args: readonly SyntaxNode[]): void {
  const { unit } = scan
  for (const [position, arg] of args.entries()) {
    if (arg.type === 'func_literal')
      unit.calls.push({ kind: 'argument', callee, position, name: null, literal: arg, node: arg })
    else if (arg.type === 'identifier')
      unit.calls.push({
        kind: 'argument',
        callee,
        position,
        name: textOf(unit.file, arg),
        literal: null,
        node: arg,
      })
  }
}

function runArguments(scan: Scan, args: readonly SyntaxNode[]): void {
  const { unit } = scan
  for (const arg of args) {
    if (arg.type === 'func_literal') scan.literals.set(arg, { inline: true })
    else if (arg.type === 'identifier')
      unit.calls.push({ kind: 'name', name: textOf(unit.file, arg), node: arg })
  }
}

function visitSelector(scan: Scan, node: SyntaxNode): void {
  const { unit } = scan
  const of = childOf(node, 'operand')
  if (of?.type !== 'identifier') return
  const path = unit.file.imports.get(textOf(unit.file, of))
  if (path === undefined) return
  const member = textOf(unit.file, childOf(node, 'field'))
  const stored = scan.stored.get(node)
  const call = scan.called.get(node) ?? null
  const replaced = scan.replaced.has(of)
  unit.references.push({ path, member, node, call, replaced, ...(stored === undefined ? {} : { stored }) })
}

/** `exec.Cmd{…}`, also by another name: a value of a package's type is as good as a call of its constructor. */
function visitComposite(scan: Scan, node: SyntaxNode): void {
  const { unit } = scan
  const written = childOf(node, 'type')
  const type = written?.type === 'generic_type' ? childOf(written, 'type') : written
  if (type?.type === 'qualified_type') {
    visitQualified(unit, unit.file, type, node)
    if (textOf(unit.file, type).endsWith('.FuncMap')) giveToTemplate(unit, valuesOf(node))
    return
  }
  if (type?.type !== 'type_identifier') return
  const declared = unit.pkg.types.get(textOf(unit.file, type))
  if (declared === undefined || declared.node === null) return
  for (const each of [declared.node, ...embedded(declared.node)])
    if (each.type === 'qualified_type') visitQualified(unit, declared.file, each, node)
}

function visitQualified(unit: Unit, file: FileModel, type: SyntaxNode, node: SyntaxNode): void {
  const [alias, member] = textOf(file, type).split('.')
  const path = file.imports.get(alias ?? '')
  if (path !== undefined && member !== undefined) unit.references.push({ path, member, node, call: node })
}

/** Types that a struct embeds: it has their methods. */
function embedded(type: SyntaxNode): SyntaxNode[] {
  if (type.type !== 'struct_type') return []
  const fields = type.children.find((child) => child.type === 'field_declaration_list')?.children ?? []
  return fields
    .filter((field) => field.type === 'field_declaration' && childOf(field, 'name') === null)
    .flatMap((field) => childOf(field, 'type') ?? [])
}

/** A template runs the functions of its map when it is executed. */
function giveToTemplate(unit: Unit, functions: readonly SyntaxNode[]): void {
  for (const node of functions) {
    const literal = node.type === 'func_literal' ? node : null
    const name = node.type === 'identifier' ? textOf(unit.file, node) : null
    const given = { callee: '', position: 0, name, literal, node, after: 'template' as const }
    if (literal !== null || name !== null) unit.calls.push({ kind: 'argument', ...given })
  }
}

function valuesOf(literal: SyntaxNode): SyntaxNode[] {
  return (childOf(literal, 'body')?.children ?? []).flatMap(
    (element) => childOf(element, 'value')?.children[0] ?? [],
  )
}

/** `(f)(x)`, `f[int](x)`: the function itself. */
function unwrap(callee: SyntaxNode | null): SyntaxNode | null {
  let node = callee
  for (let depth = 0; node !== null && depth < 10; depth++) {
    if (node.type === 'parenthesized_expression') node = node.children[0] ?? null
    else if (node.type === 'index_expression' || node.type === 'type_instantiation_expression')
      node = childOf(node, 'operand') ?? childOf(node, 'type') ?? node.children[0] ?? null
    else return node
  }
  return node
}
