import { type FileModel, textOf } from '../parse/file-model.ts'
import type { FunctionModel, PackageModel } from '../parse/package-model.ts'
import { childOf, childrenOf, type SyntaxNode } from '../parse/syntax.ts'
import type { Call, Unit } from './unit.ts'

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

/** True for commands that show how to use a module or come with it: few people install them. */
function isExample(path: string): boolean {
  return /(^|\/)(_?examples?|samples?|demos?|contrib)\//.test(path)
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
    taken: [],
    references: [],
    types: new Set(),
    variables: new Set(),
    fields: new Set(),
    locals: new Map(),
    outer: null,
    inlined: new Set(),
  }
}

interface Scan {
  unit: Unit
  units: Unit[]
  /** Function literals with the name that they are assigned to; null where they are called at once. */
  literals: Map<SyntaxNode, string | null>
  /** Callees, with their calls. */
  called: Map<SyntaxNode, SyntaxNode>
  /** Arguments, with the calls that they are handed to. */
  handed: Map<SyntaxNode, Call>
  /** Identifiers that the code only assigns to, or whose address it takes. */
  replaced: Set<SyntaxNode>
  /** Expressions of which the code makes a copy. */
  cloned: Set<SyntaxNode>
}

function scanUnit(unit: Unit, units: Unit[]): void {
  units.push(unit)
  const scan: Scan = {
    unit,
    units,
    literals: new Map(),
    called: new Map(),
    handed: new Map(),
    replaced: new Set(),
    cloned: new Set(),
  }
  const stack: SyntaxNode[] = [unit.root]
  // `var f = func() {…}` at package level: the literal runs where `f` is called, not on import.
  if (unit.root.type === 'func_literal' && unit.outer === null)
    scan.literals.set(unit.root, unit.name.slice(4))
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'func_literal' && (node !== unit.root || scan.literals.has(node))) {
      if (scan.literals.get(node) !== null) {
        nestUnit(scan, node)
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

function nestUnit(scan: Scan, literal: SyntaxNode): void {
  const { unit, units } = scan
  const name = scan.literals.get(literal) ?? null
  const shown = name === null ? `${unit.name} func literal` : `${unit.name} ${name}`
  const nested = { ...newUnit(shown, unit.file, unit.pkg, literal), outer: unit }
  if (name === null || scan.handed.has(literal)) take(scan, literal, literal, '', null)
  if (name !== null) {
    const list = unit.locals.get(name) ?? []
    list.push(nested)
    unit.locals.set(name, list)
  }
  scanUnit(nested, units)
}

function take(
  { unit, handed }: Scan,
  node: SyntaxNode,
  literal: SyntaxNode | null,
  name: string,
  receiver: SyntaxNode | null,
): void {
  unit.taken.push({ node, literal, name, receiver, to: handed.get(node) ?? null })
}

function visit(scan: Scan, node: SyntaxNode): void {
  const { unit } = scan
  if (node.type === 'identifier') visitIdentifier(scan, node)
  else if (node.type === 'type_identifier') {
    const name = textOf(unit.file, node)
    if (unit.pkg.types.has(name)) unit.types.add(name)
  } else if (node.type === 'call_expression') visitCall(scan, node)
  else if (node.type === 'selector_expression') visitSelector(scan, node)
  else if (node.type === 'composite_literal') visitComposite(unit, node)
  else if (node.type === 'unary_expression') visitAddress(scan, node)
  else if (node.type === 'type_assertion_expression') visitAssertion(scan, node)
  else if (node.type === 'short_var_declaration' || node.type === 'assignment_statement')
    pairLiterals(scan, childOf(node, 'left')?.children ?? [], childOf(node, 'right')?.children ?? [])
  else if (node.type === 'var_spec')
    pairLiterals(scan, childrenOf(node, 'name'), childOf(node, 'value')?.children ?? [])
  else if (node.type === 'field_declaration')
    for (const name of childrenOf(node, 'name')) unit.fields.add(textOf(unit.file, name))
  else if (node.type === 'range_clause') visitRange(scan, childOf(node, 'right'))
}

function visitIdentifier(scan: Scan, node: SyntaxNode): void {
  const { unit } = scan
  const name = textOf(unit.file, node)
  if (unit.pkg.values.has(name)) unit.variables.add(name)
  // A conversion, `T(x)`, is parsed as a call.
  if (unit.pkg.types.has(name)) unit.types.add(name)
  if (scan.called.has(node) || scan.replaced.has(node)) return
  if (unit.pkg.functions.has(name) || isLocalFunction(unit, name)) take(scan, node, null, name, null)
}

function isLocalFunction(unit: Unit, name: string): boolean {
  for (let at: Unit | null = unit; at !== null; at = at.outer) if (at.locals.has(name)) return true
  return false
}

/** `for range f` runs the function f, and `for range f()` the one that f returns. */
function visitRange(scan: Scan, over: SyntaxNode | null): void {
  const node = unwrap(over)
  if (node === null) return
  if (node.type === 'call_expression') scan.unit.calls.push({ kind: 'value', node, args: 1 })
  else if (['func_literal', 'identifier', 'selector_expression'].includes(node.type))
    callTo(scan, node, node, 1)
}

function pairLiterals(scan: Scan, names: readonly SyntaxNode[], values: readonly SyntaxNode[]): void {
  for (const [at, value] of values.entries()) {
    const target = names[at]
    if (target !== undefined) scan.replaced.add(rootOf(target))
    const name = givenName(scan.unit.file, target)
    if (name === null) continue
    for (const literal of literalsOf(value)) scan.literals.set(literal, name)
  }
}

/** `&rand.Reader` lets code change the variable under another name. */
function visitAddress(scan: Scan, node: SyntaxNode): void {
  const operand = childOf(node, 'operand')
  if (operand?.type === 'selector_expression' && textOf(scan.unit.file, childOf(node, 'operator')) === '&')
    scan.replaced.add(rootOf(operand))
}

/** `http.DefaultTransport.(*http.Transport)` is what the variable points to; `….Clone()` is not. */
function visitAssertion({ replaced, cloned }: Scan, node: SyntaxNode): void {
  const operand = childOf(node, 'operand')
  if (operand?.type === 'selector_expression' && !cloned.has(node)) replaced.add(rootOf(operand))
}

/** Returns the identifier that a selector or index expression begins with. */
function rootOf(node: SyntaxNode): SyntaxNode {
  let at = node
  for (let of = childOf(at, 'operand'); of !== null; of = childOf(at, 'operand')) at = of
  return at
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
  const callee = unwrap(childOf(node, 'function'))
  if (callee === null) return
  const args = childOf(node, 'arguments')?.children ?? []
  const call = callTo(scan, callee, node, args.length)
  if (call !== null) for (const arg of args) scan.handed.set(arg, call)
}

/** Notes that `callee` is called by `node`. Returns null for a function literal, whose code runs where it stands. */
function callTo(scan: Scan, callee: SyntaxNode, node: SyntaxNode, args: number): Call | null {
  const { unit } = scan
  if (callee.type === 'func_literal') {
    scan.literals.set(callee, null)
    return null
  }
  scan.called.set(callee, node)
  const call = describeCall(unit.file, callee, node, args)
  unit.calls.push(call)
  if (call.kind === 'name')
    for (const path of unit.file.dotImports)
      unit.references.push({ path, member: call.name, node: callee, call: node })
  return call
}

function describeCall(file: FileModel, callee: SyntaxNode, node: SyntaxNode, args: number): Call {
  if (callee.type === 'identifier') return { kind: 'name', name: textOf(file, callee), node, args }
  const of = callee.type === 'selector_expression' ? childOf(callee, 'operand') : null
  if (of === null) return { kind: 'value', node, args }
  const member = textOf(file, childOf(callee, 'field'))
  const path = of.type === 'identifier' ? file.imports.get(textOf(file, of)) : undefined
  if (path === undefined) return { kind: 'method', method: member, receiver: of, node, args }
  return { kind: 'package', path, name: member, node, args }
}

function visitSelector(scan: Scan, node: SyntaxNode): void {
  const { unit } = scan
  const of = childOf(node, 'operand')
  const member = textOf(unit.file, childOf(node, 'field'))
  const path = of?.type === 'identifier' ? unit.file.imports.get(textOf(unit.file, of)) : undefined
  if (of === null) return
  if (member === 'Clone') scan.cloned.add(of)
  const call = scan.called.get(node) ?? null
  if (path !== undefined) unit.references.push({ path, member, node, call, replaced: scan.replaced.has(of) })
  else if (call === null && unit.pkg.methods.has(member)) take(scan, node, null, member, of)
}

/** `exec.Cmd{…}`, also by another name: a value of a package's type is as good as a call of its constructor. */
function visitComposite(unit: Unit, node: SyntaxNode): void {
  const written = childOf(node, 'type')
  const type = written?.type === 'generic_type' ? childOf(written, 'type') : written
  if (type?.type === 'qualified_type') visitQualified(unit, unit.file, type, node)
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

/** `(f)(x)`, `f[int](x)`, `list[0](x)`: the function itself, or what holds it. */
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
