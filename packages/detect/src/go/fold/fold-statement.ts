import { textOf, typeName } from '../parse/source-model.ts'
import { childOf, childrenOf, type SyntaxNode } from '../parse/syntax.ts'
import { convert, zeroValue } from './conversions.ts'
import { entryKey } from './fold-composite.ts'
import { elements } from './fold-range.ts'
import type { Flow, Folding, Frame } from './fold-types.ts'
import { applyOperator } from './operators.ts'
import { assign, intValue, type Value } from './values.ts'

/** Values that a channel holds. */
const MAX_SENT = 65_536

/** Executes a statement as far as it is constant. Called through `fold.execute`, which counts and bounds. */
export function executeStatement(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  switch (node.type) {
    case 'block':
      return sequence(fold, inner(frame), node)
    case 'statement_list':
      return sequence(fold, frame, node)
    case 'short_var_declaration':
      return declare(fold, frame, node)
    case 'var_declaration':
    case 'const_declaration':
      return declareSpecs(fold, frame, node)
    case 'assignment_statement':
      return assignment(fold, frame, node)
    case 'inc_statement':
    case 'dec_statement':
      return count(fold, frame, node)
    case 'for_statement':
      return loop(fold, inner(frame), node)
    case 'if_statement':
      return branch(fold, inner(frame), node)
    case 'expression_switch_statement':
      return choose(fold, inner(frame), node)
    case 'return_statement':
      return { kind: 'return', value: returned(fold, frame, node) }
    case 'break_statement':
      return { kind: 'break' }
    case 'continue_statement':
      return { kind: 'continue' }
    case 'send_statement':
      return send(fold, frame, node)
    case 'labeled_statement':
      return everything(fold, frame, node)
    default:
      everything(fold, frame, node)
      return null
  }
}

function inner(frame: Frame): Frame {
  return { ...frame, scope: { names: new Map(), parent: frame.scope } }
}

function sequence(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  for (const child of node.children) {
    const flow = fold.execute(frame, child)
    if (flow !== null) return flow
  }
  return null
}

/** For statements that are not followed (select, type switch, go, defer): sees all their parts once. */
function everything(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  for (const child of node.children) {
    if (isStatement(child.type)) fold.execute(frame, child)
    else fold.evaluate(frame, child)
  }
  return null
}

function isStatement(type: string): boolean {
  return (
    type.endsWith('_statement') ||
    type.endsWith('_declaration') ||
    type.endsWith('_case') ||
    type === 'block' ||
    type === 'statement_list'
  )
}

function declare(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const names = childOf(node, 'left')?.children ?? []
  const values = evaluateRight(fold, frame, childOf(node, 'right'), names.length)
  for (const [at, name] of names.entries())
    frame.scope.names.set(textOf(frame.file, name), values[at] ?? null)
  return null
}

function evaluateRight(
  fold: Folding,
  frame: Frame,
  list: SyntaxNode | null,
  wanted: number,
): (Value | null)[] {
  const nodes = (list?.children ?? []).filter((child) => child.type !== 'comment')
  const values = nodes.map((child) => {
    const value = fold.evaluate(frame, child)
    if (value?.kind === 'string') fold.onString(frame.file, child, value)
    return value
  })
  const [only] = values
  // A tuple for one name cannot be in code that compiles; elsewhere errors are ignored, as attackers do.
  if (values.length === 1 && only?.kind === 'tuple') return only.items
  // `v, ok := m[k]`: the second one is not known.
  return values.slice(0, wanted)
}

function declareSpecs(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const specs = node.children.flatMap((child) => (child.type === 'var_spec_list' ? child.children : [child]))
  for (const spec of specs) {
    const names = childrenOf(spec, 'name')
    const type = childOf(spec, 'type')
    const right = childOf(spec, 'value')
    const values = evaluateRight(fold, frame, right, names.length)
    for (const [at, name] of names.entries()) {
      const given = values[at] ?? null
      const value = right === null ? zeroValue(frame.file, type) : typed(frame, type, given)
      frame.scope.names.set(textOf(frame.file, name), value)
    }
  }
  return null
}

function typed(frame: Frame, type: SyntaxNode | null, value: Value | null): Value | null {
  return type !== null && value?.kind === 'int'
    ? (convert(typeName(frame.file, type), value) ?? value)
    : value
}

function assignment(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const targets = (childOf(node, 'left')?.children ?? []).filter((child) => child.type !== 'comment')
  const operator = textOf(frame.file, childOf(node, 'operator'))
  const [target] = targets
  if (operator !== '=' && target !== undefined) {
    const right = childOf(node, 'right')?.children[0]
    const added = right === undefined ? null : fold.evaluate(frame, right)
    const value = applyOperator(operator.slice(0, -1), fold.evaluate(frame, target), added)
    if (value?.kind === 'string') fold.step(value.text.length >> 8)
    store(fold, frame, target, value)
    return null
  }
  const values = evaluateRight(fold, frame, childOf(node, 'right'), targets.length)
  for (const [at, to] of targets.entries()) store(fold, frame, to, values[at] ?? null)
  return null
}

function store(fold: Folding, frame: Frame, target: SyntaxNode, value: Value | null): void {
  if (target.type === 'identifier') {
    const name = textOf(frame.file, target)
    if (name === '_' || assign(frame.scope, name, value)) return
    const [model] = frame.pkg.values.get(name) ?? []
    if (model !== undefined) fold.setGlobal(model, value)
    return
  }
  const of = childOf(target, 'operand')
  if (of === null) return
  const container = fold.evaluate(frame, of)
  if (target.type === 'selector_expression') {
    if (container?.kind === 'map')
      container.entries.set(`s${textOf(frame.file, childOf(target, 'field'))}`, value)
    return
  }
  const at = childOf(target, 'index')
  if (target.type === 'index_expression' && at !== null) storeAt(container, fold.evaluate(frame, at), value)
}

function storeAt(container: Value | null, at: Value | null, value: Value | null): void {
  if (container?.kind === 'map') {
    const key = entryKey(at)
    if (key !== null) container.entries.set(key, value)
    return
  }
  if (container?.kind !== 'list' || at?.kind !== 'int') return
  if (at.value < 0 || at.value >= container.items.length) return
  container.items[at.value] =
    container.element === 'byte' && value?.kind === 'int' ? intValue(value.value, 8, value.how) : value
}

/** A channel is a list of what was sent and not yet received. */
function send(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const [channel, value] = ['channel', 'value'].map((field) => {
    const part = childOf(node, field)
    return part === null ? null : fold.evaluate(frame, part)
  })
  if (channel?.kind === 'list' && channel.items.length < MAX_SENT) channel.items.push(value ?? null)
  return null
}

function count(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const [target] = node.children
  if (target === undefined) return null
  const operator = node.type === 'inc_statement' ? '+' : '-'
  const value = applyOperator(operator, fold.evaluate(frame, target), intValue(1))
  // Counting is not building: `how` would otherwise mark every loop's index.
  store(fold, frame, target, value?.kind === 'int' ? { ...value, how: [] } : value)
  return null
}

function loop(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const body = childOf(node, 'body')
  if (body === null) return null
  const range = node.children.find((child) => child.type === 'range_clause')
  if (range !== undefined) return rangeLoop(fold, frame, range, body)
  const clause = node.children.find((child) => child.type === 'for_clause')
  const head = clause ?? node
  const initializer = childOf(head, 'initializer')
  const update = childOf(head, 'update')
  const condition =
    clause === undefined
      ? (node.children.find((child) => child !== body) ?? null)
      : childOf(head, 'condition')
  if (initializer !== null) fold.execute(frame, initializer)
  // A loop made to run for ever must not use up what the code after it needs.
  const floor = fold.remaining() / 2
  while (fold.step() && fold.remaining() > floor) {
    const goesOn = condition === null ? null : fold.evaluate(frame, condition)
    if (goesOn?.kind === 'bool' && !goesOn.value) return null
    const flow = fold.execute(frame, body)
    if (flow?.kind === 'return') return flow
    if (flow?.kind === 'break' || goesOn === null) return null
    if (update !== null) fold.execute(frame, update)
  }
  return null
}

function rangeLoop(fold: Folding, frame: Frame, range: SyntaxNode, body: SyntaxNode): Flow {
  const names = childOf(range, 'left')?.children ?? []
  const over = childOf(range, 'right')
  const value = over === null ? null : fold.evaluate(frame, over)
  const floor = fold.remaining() / 2
  for (const [key, item] of elements(value)) {
    if (!fold.step() || fold.remaining() < floor) return null
    for (const [at, name] of names.entries())
      frame.scope.names.set(textOf(frame.file, name), at === 0 ? key : item)
    const flow = fold.execute(frame, body)
    if (flow?.kind === 'return') return flow
    if (flow?.kind === 'break') return null
  }
  return null
}

function branch(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const initializer = childOf(node, 'initializer')
  if (initializer !== null) fold.execute(frame, initializer)
  const conditionNode = childOf(node, 'condition')
  const condition = conditionNode === null ? null : fold.evaluate(frame, conditionNode)
  const yes = childOf(node, 'consequence')
  const no = childOf(node, 'alternative')
  if (condition?.kind === 'bool') {
    const taken = condition.value ? yes : no
    // What is not taken now is still code that somebody reads about; only its effects are left out.
    return taken === null ? null : fold.execute(frame, taken)
  }
  // Not known: see both. Leaving early in one of them must not hide what comes after.
  if (yes !== null) fold.execute(frame, yes)
  if (no !== null) fold.execute(frame, no)
  return null
}

function choose(fold: Folding, frame: Frame, node: SyntaxNode): Flow {
  const initializer = childOf(node, 'initializer')
  if (initializer !== null) fold.execute(frame, initializer)
  const valueNode = childOf(node, 'value')
  const value = valueNode === null ? null : fold.evaluate(frame, valueNode)
  for (const branchNode of node.children) {
    if (branchNode.type !== 'expression_case' && branchNode.type !== 'default_case') continue
    const options = childOf(branchNode, 'value')?.children ?? []
    const matches = options.map((option) => applyOperator('==', value, fold.evaluate(frame, option)))
    const known = matches.length > 0 && matches.every((match) => match?.kind === 'bool')
    const hit = matches.some((match) => match?.kind === 'bool' && match.value)
    if (known && !hit) continue
    for (const child of branchNode.children) {
      if (child.type !== 'statement_list') continue
      const flow = fold.execute(inner(frame), child)
      if (hit) return flow?.kind === 'break' ? null : flow
    }
  }
  return null
}

function returned(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const values = evaluateRight(fold, frame, node.children[0] ?? null, Number.POSITIVE_INFINITY)
  return values.length <= 1 ? (values[0] ?? null) : { kind: 'tuple', items: values }
}
