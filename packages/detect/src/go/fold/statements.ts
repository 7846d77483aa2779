import { textOf } from '../parse/file-model.ts'
import { valueSpecs } from '../parse/package-model.ts'
import { childOf, partsOf, type SyntaxNode } from '../parse/syntax.ts'
import { UNTYPED_INT } from '../value/int-types.ts'
import { applyOperator } from '../value/operators.ts'
import { boolValue, intValue, MAX_LIST, type MaybeValue } from '../value/values.ts'
import { emptyScope, evaluate, execute, type Flow, type Frame, innerFrame } from './frame.ts'
import { elements } from './iterate.ts'
import { store } from './store.ts'
import { assigned, zeroValue } from './types.ts'

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
  type_declaration: declareTypes,
  labeled_statement: labelled,
  for_statement: (frame, node) => loop(innerFrame(frame), node, frame.label),
  if_statement: (frame, node) => branch(innerFrame(frame), node),
  expression_switch_statement: (frame, node) => choose(innerFrame(frame), node, frame.label),
  return_statement: (frame, node) => ({ kind: 'return', value: returned(frame, node) }),
  break_statement: (frame, node) => ({ kind: 'break', label: labelOf(frame, node) }),
  continue_statement: (frame, node) => ({ kind: 'continue', label: labelOf(frame, node) }),
  fallthrough_statement: () => ({ kind: 'fallthrough' }),
  send_statement: send,
}

/** Executes the constant part of a statement. The machine calls it, counts the steps and bounds the depth. */
export function executeStatement(frame: Frame, node: SyntaxNode): Flow {
  return (EXECUTIONS[node.type] ?? visitParts)(frame, node)
}

function labelOf(frame: Frame, node: SyntaxNode): string {
  return textOf(frame.file, node.children.find(({ type }) => type === 'label_name') ?? null)
}

function labelled(frame: Frame, node: SyntaxNode): Flow {
  const inner = { ...frame, label: labelOf(frame, node) }
  const flow = visitParts(inner, node)
  return flow?.kind === 'break' && flow.label === inner.label ? null : flow
}

/** Types that a function declares hide those of the package from there on. */
function declareTypes(frame: Frame, node: SyntaxNode): Flow {
  const types = new Map(frame.pkg.types)
  for (const spec of partsOf(node))
    types.set(textOf(frame.file, childOf(spec, 'name')), { file: frame.file, node: childOf(spec, 'type') })
  frame.pkg = { ...frame.pkg, types }
  return null
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
  if (/^(select|type_switch)/.test(node.type)) frame.fold.conditions.unknown++
  for (const child of node.children) {
    if (!/_statement$|_declaration$|_case$|^block$|^statement_list$/.test(child.type)) evaluate(frame, child)
    else if (node.type !== 'labeled_statement') execute(frame, child)
    else return execute(frame, child)
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

/** Rounds of a loop without a condition: what servers wait in costs little, what decodes a command ends sooner. */
const MAX_ENDLESS_ROUNDS = 500

function loop(frame: Frame, node: SyntaxNode, label = ''): Flow {
  const { fold } = frame
  const body = childOf(node, 'body')
  const range = node.children.find((child) => child.type === 'range_clause')
  if (range !== undefined) return rangeLoop(frame, range, body, label)
  const clause = node.children.find((child) => child.type === 'for_clause') ?? null
  const condition =
    clause === null ? node.children.find((child) => child !== body) : childOf(clause, 'condition')
  execute(frame, childOf(clause, 'initializer'))
  // An endless loop must leave steps for the code after it.
  const floor = fold.remaining() / 2
  let rounds = 0
  while (fold.step() && fold.remaining() > floor) {
    const goesOn = evaluate(frame, condition)
    if (goesOn?.kind === 'bool' && !goesOn.value) return null
    const { known: knownBefore, unknown: unknownBefore } = fold.conditions
    const flow = execute(frame, body)
    if (leaves(flow, label)) return flow
    if (flow?.kind === 'break') return null
    // A loop without a condition goes on where everything that could end it is known.
    const { known, unknown } = fold.conditions
    const isKnown = !condition && known > knownBefore && unknown === unknownBefore
    if (goesOn === null && (!isKnown || rounds++ > MAX_ENDLESS_ROUNDS)) return null
    execute(frame, childOf(clause, 'update'))
  }
  return null
}

/** True for what ends more than the loop or switch of that label: a return, or a jump to a loop around it. */
function leaves(flow: Flow, label: string): boolean {
  if (flow === null || flow.kind === 'fallthrough') return false
  return flow.kind === 'return' || (flow.label !== '' && flow.label !== label)
}

function rangeLoop(frame: Frame, range: SyntaxNode, body: SyntaxNode | null, label: string): Flow {
  const { fold } = frame
  const names = childOf(range, 'left')?.children ?? []
  const value = evaluate(frame, childOf(range, 'right'))
  const floor = fold.remaining() / 2
  for (const pair of elements(value)) {
    if (!fold.step() || fold.remaining() < floor) return null
    for (const [at, name] of names.entries())
      frame.scope.names.set(textOf(frame.file, name), pair[at] ?? null)
    const flow = execute(frame, body)
    if (leaves(flow, label)) return flow
    if (flow?.kind === 'break') return null
  }
  return null
}

function branch(frame: Frame, node: SyntaxNode): Flow {
  execute(frame, childOf(node, 'initializer'))
  const condition = evaluate(frame, childOf(node, 'condition'))
  const yes = childOf(node, 'consequence')
  const no = childOf(node, 'alternative')
  if (condition?.kind === 'bool') {
    frame.fold.conditions.known++
    return execute(frame, condition.value ? yes : no)
  }
  frame.fold.conditions.unknown++
  // Unknown: visit both. Leaving early in one of them must not hide what comes after.
  execute(frame, yes)
  execute(frame, no)
  return null
}

function choose(frame: Frame, node: SyntaxNode, label = ''): Flow {
  execute(frame, childOf(node, 'initializer'))
  const written = childOf(node, 'value')
  const value = written === null ? boolValue(true) : evaluate(frame, written)
  const ofType = (wanted: string): SyntaxNode[] => node.children.filter(({ type }) => type === wanted)
  // The default runs where nothing else matches, wherever it stands.
  let [fellThrough, unsure] = [false, false]
  const { conditions } = frame.fold
  for (const each of [...ofType('expression_case'), ...ofType('default_case')]) {
    const options = childOf(each, 'value')?.children ?? []
    const matches = options.map((option) => applyOperator('==', value, evaluate(frame, option)))
    const known = matches.every((match) => match?.kind === 'bool')
    const isDefault = each.type === 'default_case' && !unsure
    const hit = fellThrough || isDefault || matches.some((match) => match?.kind === 'bool' && match.value)
    if (known && !hit && matches.length > 0) continue
    if (known) conditions.known++
    else conditions.unknown++
    unsure ||= !known
    const flow = execute(
      innerFrame(frame),
      each.children.find(({ type }) => type === 'statement_list') ?? null,
    )
    fellThrough = flow?.kind === 'fallthrough'
    if (!hit || fellThrough) continue
    return flow?.kind === 'break' && !leaves(flow, label) ? null : flow
  }
  return null
}

function returned(frame: Frame, node: SyntaxNode): MaybeValue {
  const values = evaluateRight(frame, partsOf(node.children[0] ?? null))
  return values.length <= 1 ? (values[0] ?? null) : { kind: 'tuple', items: values }
}
