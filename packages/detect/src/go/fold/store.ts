import { textOf } from '../parse/file-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import { intValue, type MaybeValue, writeItems } from '../value/values.ts'
import { entryKey } from './composites.ts'
import { assign, evaluate, type Frame, lookup } from './frame.ts'
import { assigned } from './types.ts'

/** Assigns to a variable, an element, a field, or what a pointer points to. */
export function store(frame: Frame, target: SyntaxNode, value: MaybeValue): void {
  if (target.type === 'identifier') return storeName(frame, textOf(frame.file, target), value)
  const container = evaluate(frame, childOf(target, 'operand'))
  if (target.type === 'unary_expression' && container?.kind === 'pointer') return container.set(value)
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
  const held = element !== null && value?.kind === 'int' ? intValue(value.value, element, value.how) : value
  writeItems(container, Number(at.value), [held])
}
