import { textOf } from '../parse/file-model.ts'
import { valueSpecs } from '../parse/package-model.ts'
import { childOf, partsOf, type SyntaxNode } from '../parse/syntax.ts'
import { entryKey } from './composites.ts'
import { assign, emptyScope, evaluate, execute, type Flow, type Frame, innerFrame, lookup } from './frame.ts'
import { UNTYPED_INT } from './int-types.ts'
import { elements } from './iterate.ts'
import { applyOperator } from './operators.ts'
import { assigned, zeroValue } from './types.ts'
import { intValue, MAX_LIST, type MaybeValue } from './values.ts'

/** Executions by kind of statement. */
const EXECUTIONS: Readonly<Record<string, (frame: Frame, node: SyntaxNode) => Flow>> = {
  block: (frame, node) => sequence(innerFrame(frame), node),
  statement_list: sequence,
  short_var_declaration: declareShort,
  var_declaration: declare,
  const_declaration: declare,
  assignment_statement: assignment,
  inc_statement: count,
  dec_statement: count,
  for_statement: (frame, node) => loop(innerFrame(frame), node),
  if_statement: (frame, node) => branch(innerFrame(frame), node),
  expression_switch_statement: (frame, node) => choose(innerFrame(frame), node),
  return_statement: (frame, node) => ({ kind: 'return', value: returned(frame, node) }),
  break_statement: () => ({ kind: 'break' }),
  continue_statement: () => ({ kind: 'continue' }),
  send_statement: send,
}

/** Executes the constant part of a statement. The machine calls it, counts the steps and bounds the depth. */
export function executeStatement(frame: Frame, node: SyntaxNode): Flow {
  return (EXECUTIONS[node.type] ?? visitParts)(frame, node)
}

function sequence(frame: Frame, node: SyntaxNode): Flow {
  for (const child of node.children) {
    const flow = execute(frame, child)
    if (flow !== null) return flow
  }
  return null
}

/** Visits all parts of a statement that is not followed (select, type switch, go, defer, labels) once. */
function visitParts(frame: Frame, node: SyntaxNode): Flow {
  for (const child of node.children) {
    if (/_statement$|_declaration$|_case$|^block$|^statement_list$/.test(child.type)) execute(frame, child)
    else evaluate(frame, child)
  }
  return null
}

function declareShort(frame: Frame, node: SyntaxNode): Flow {
  const names = childOf(node, 'left')?.children ?? []
  const values = evaluateRight(frame, partsOf(childOf(node, 'right')))
  for (const [at, name] of names.entries())
    frame.scope.names.set(textOf(frame.file, name), assigned(frame, null, values[at] ?? null))
  return null
}

/** Evaluates the right side of an assignment. In `v, ok := m[k]` the second value is not known. */
function evaluateRight(frame: Frame, nodes: readonly SyntaxNode[]): MaybeValue[] {
  const values = nodes.map((child) => {
    const value = evaluate(frame, child)
    if (value?.kind === 'string') frame.fold.onString(frame.file, child, value)
    return value
  })
  const [only] = values
  return values.length === 1 && only?.kind === 'tuple' ? only.items : values
}

function declare(frame: Frame, node: SyntaxNode): Flow {
  for (const { names, typeNode, values: nodes, isConst, iota } of valueSpecs(node)) {
    const scope = emptyScope(frame.scope)
    if (isConst) scope.names.set('iota', intValue(iota, UNTYPED_INT))
    const values = evaluateRight({ ...frame, scope }, nodes)
    for (const [at, name] of names.entries()) {
      const given = values[at] ?? null
      const zero = nodes.length === 0 ? zeroValue(frame, typeNode) : given
      const value = isConst && typeNode === null ? given : assigned(frame, typeNode, zero)
      frame.scope.names.set(textOf(frame.file, name), value)
    }
  }
  return null
}

function assignment(frame: Frame, node: SyntaxNode): Flow {
  const targets = partsOf(childOf(node, 'left'))
  const right = childOf(node, 'right')
  const operator = textOf(frame.file, childOf(node, 'operator'))
  const [target] = targets
  if (operator !== '=' && target !== undefined) {
    const added = evaluate(frame, right?.children[0])
    const value = applyOperator(operator.slice(0, -1), evaluate(frame, target), added)
    if (value?.kind === 'string') frame.fold.step(value.text.length >> 8)
    store(frame, target, value)
    return null
  }
  const values = evaluateRight(frame, partsOf(right))
  for (const [at, to] of targets.entries()) store(frame, to, values[at] ?? null)
  return null
}

function store(frame: Frame, target: SyntaxNode, value: MaybeValue): void {
  if (target.type === 'identifier') return storeName(frame, textOf(frame.file, target), value)
  const of = childOf(target, 'operand')
  const container = evaluate(frame, of)
  if (target.type === 'selector_expression') {
    const key = `s${textOf(frame.file, childOf(target, 'field'))}`
    if (container?.kind === 'map') storeEntry(frame, container.entries, key, value)
  } else if (target.type === 'index_expression') {
    storeAt(frame, container, evaluate(frame, childOf(target, 'index')), value)
  }
}

function storeName(frame: Frame, name: string, value: MaybeValue): void {
  if (name === '_') return
  const local = lookup(frame.scope, name)
  if (local !== undefined) {
    assign(frame.scope, name, assigned(frame, null, value, local))
    return
  }
  const [model] = frame.pkg.values.get(name) ?? []
  if (model === undefined) return
  const before = value?.kind === 'int' ? frame.fold.global(frame.pkg, model) : null
  frame.fold.setGlobal(model, assigned(frame, null, value, before))
}

function storeEntry(frame: Frame, entries: Map<string, MaybeValue>, key: string, value: MaybeValue): void {
  entries.set(key, assigned(frame, null, value, entries.get(key) ?? null))
}

function storeAt(frame: Frame, container: MaybeValue, at: MaybeValue, value: MaybeValue): void {
  if (container?.kind === 'map') {
    const key = entryKey(at)
    if (key !== null) storeEntry(frame, container.entries, key, value)
    return
  }
  if (container?.kind !== 'list' || at?.kind !== 'int') return
  if (at.value < 0n || at.value >= container.items.length) return
  const { element } = container
  container.items[Number(at.value)] =
    element !== null && value?.kind === 'int' ? intValue(value.value, element, value.how) : value
}

/** Sends to a channel, which is a list of what was sent and not yet received. */
function send(frame: Frame, node: SyntaxNode): Flow {
  const channel = evaluate(frame, childOf(node, 'channel'))
  const value = evaluate(frame, childOf(node, 'value'))
  if (channel?.kind === 'list' && channel.items.length < MAX_LIST) channel.items.push(value)
  return null
}

function count(frame: Frame, node: SyntaxNode): Flow {
  const [target] = node.children
  if (target === undefined) return null
  const operator = node.type === 'inc_statement' ? '+' : '-'
  const value = applyOperator(operator, evaluate(frame, target), intValue(1, UNTYPED_INT))
  // Counting is not building: `how` would otherwise mark every loop's index.
  store(frame, target, value?.kind === 'int' ? { ...value, how: [] } : value)
  return null
}

function loop(frame: Frame, node: SyntaxNode): Flow {
  const { fold } = frame
  const body = childOf(node, 'body')
  const range = node.children.find((child) => child.type === 'range_clause')
  if (range !== undefined) return rangeLoop(frame, range, body)
  const clause = node.children.find((child) => child.type === 'for_clause') ?? null
  const condition =
    clause === null ? node.children.find((child) => child !== body) : childOf(clause, 'condition')
  execute(frame, childOf(clause, 'initializer'))
  // An endless loop must leave steps for the code after it.
  const floor = fold.remaining() / 2
  while (fold.step() && fold.remaining() > floor) {
    const goesOn = evaluate(frame, condition)
    if (goesOn?.kind === 'bool' && !goesOn.value) return null
    const flow = execute(frame, body)
    if (flow?.kind === 'return') return flow
    if (flow?.kind === 'break' || goesOn === null) return null
    execute(frame, childOf(clause, 'update'))
  }
  return null
}

function rangeLoop(frame: Frame, range: SyntaxNode, body: SyntaxNode | null): Flow {
  const { fold } = frame
  const names = childOf(range, 'left')?.children ?? []
  const value = evaluate(frame, childOf(range, 'right'))
  const floor = fold.remaining() / 2
  for (const pair of elements(value)) {
    if (!fold.step() || fold.remaining() < floor) return null
    for (const [at, name] of names.entries())
      frame.scope.names.set(textOf(frame.file, name), pair[at] ?? null)
    const flow = execute(frame, body)
    if (flow?.kind === 'return') return flow
    if (flow?.kind === 'break') return null
  }
  return null
}

function branch(frame: Frame, node: SyntaxNode): Flow {
  execute(frame, childOf(node, 'initializer'))
  const condition = evaluate(frame, childOf(node, 'condition'))
  const yes = childOf(node, 'consequence')
  const no = childOf(node, 'alternative')
  if (condition?.kind === 'bool') return execute(frame, condition.value ? yes : no)
  // Unknown: visit both. Leaving early in one of them must not hide what comes after.
  execute(frame, yes)
  execute(frame, no)
  return null
}

function choose(frame: Frame, node: SyntaxNode): Flow {
  execute(frame, childOf(node, 'initializer'))
  const value = evaluate(frame, childOf(node, 'value'))
  for (const each of node.children) {
    if (each.type !== 'expression_case' && each.type !== 'default_case') continue
    const options = childOf(each, 'value')?.children ?? []
    const matches = options.map((option) => applyOperator('==', value, evaluate(frame, option)))
    const known = matches.length > 0 && matches.every((match) => match?.kind === 'bool')
    const hit = matches.some((match) => match?.kind === 'bool' && match.value)
    if (known && !hit) continue
    for (const child of each.children) {
      if (child.type !== 'statement_list') continue
      const flow = execute(innerFrame(frame), child)
      if (hit) return flow?.kind === 'break' ? null : flow
    }
  }
  return null
}

function returned(frame: Frame, node: SyntaxNode): MaybeValue {
  const values = evaluateRight(frame, partsOf(node.children[0] ?? null))
  return values.length <= 1 ? (values[0] ?? null) : { kind: 'tuple', items: values }
}
