import { textOf, typeName } from '../parse/source-model.ts'
import { childOf, childrenOf, type SyntaxNode } from '../parse/syntax.ts'
import { elementOf, zeroValue } from './conversions.ts'
import type { Folding, Frame } from './fold-types.ts'
import { intValue, type ListValue, stringValue, type Value } from './values.ts'

/** Longest list that a keyed literal (`[]byte{9999999: 1}`) may ask for. */
const MAX_KEYED_LENGTH = 65_536

/** Value of a list, map or struct literal; one of another package's type is told of like a call of its constructor. */
export function compositeLiteral(fold: Folding, frame: Frame, node: SyntaxNode): Value | null {
  const type = childOf(node, 'type')
  const value = composite(fold, frame, type, childOf(node, 'body'))
  if (value?.kind !== 'map' || type?.type !== 'qualified_type') return value
  const given = [...value.entries.values()].flatMap((each) =>
    each?.kind === 'list' && each.element === 'other' ? each.items : [each],
  )
  fold.onCall(node, given)
  for (const each of given) if (each?.kind === 'string') fold.onString(frame.file, node, each)
  return value
}

function composite(
  fold: Folding,
  frame: Frame,
  type: SyntaxNode | null,
  body: SyntaxNode | null,
): Value | null {
  if (body === null) return null
  const element = elementOf(frame.file, type)
  if (element !== null) return listLiteral(fold, frame, element, childOf(type, 'element'), body)
  if (zeroValue(frame.file, type)?.kind === 'builder') return { kind: 'builder', text: '', how: [] }
  const entries = new Map<string, Value | null>()
  const fields = fieldNames(frame, type)
  let position = 0
  for (const child of body.children) {
    if (child.type === 'comment') continue
    if (child.type === 'keyed_element') {
      const name = keyName(fold, frame, type, childOf(child, 'key'))
      const value = elementValue(fold, frame, childOf(type, 'value'), childOf(child, 'value'))
      if (name !== null) entries.set(name, value)
      continue
    }
    const field = fields[position++]
    const value = elementValue(fold, frame, null, child)
    if (field !== undefined) entries.set(`s${field}`, value)
  }
  return { kind: 'map', entries, ...(type === null ? {} : { type: typeName(frame.file, type) }) }
}

function keyName(
  fold: Folding,
  frame: Frame,
  type: SyntaxNode | null,
  key: SyntaxNode | null,
): string | null {
  if (key === null) return null
  const isField = key.children[0]?.type === 'identifier' && type?.type !== 'map_type'
  return entryKey(isField ? stringValue(textOf(frame.file, key)) : fold.evaluate(frame, key))
}

/** Names of a struct's fields in their order, for literals that leave them out. */
function fieldNames(frame: Frame, type: SyntaxNode | null): string[] {
  if (type === null || type.type === 'map_type') return []
  const declared = type.type === 'struct_type' ? null : frame.pkg.types.get(typeName(frame.file, type))
  const file = declared?.file ?? frame.file
  const struct = declared === null ? type : (declared?.node ?? null)
  if (struct?.type !== 'struct_type') return []
  const list = struct.children.find((child) => child.type === 'field_declaration_list')
  return (list?.children ?? []).flatMap((field) => {
    const names = childrenOf(field, 'name').map((name) => textOf(file, name))
    if (names.length > 0 || field.type !== 'field_declaration') return names
    return [typeName(file, childOf(field, 'type')).replace(/^.*\./, '')]
  })
}

function listLiteral(
  fold: Folding,
  frame: Frame,
  element: ListValue['element'],
  elementType: SyntaxNode | null,
  body: SyntaxNode,
): Value {
  const items: (Value | null)[] = []
  let at = 0
  for (const child of body.children) {
    if (child.type === 'comment') continue
    let valueNode: SyntaxNode | null = child
    if (child.type === 'keyed_element') {
      const keyNode = childOf(child, 'key')
      const key = keyNode === null ? null : fold.evaluate(frame, keyNode)
      if (key?.kind === 'int' && key.value >= 0 && key.value < MAX_KEYED_LENGTH) at = key.value
      valueNode = childOf(child, 'value')
    }
    if (at >= MAX_KEYED_LENGTH || !fold.step()) break
    while (items.length < at) items.push(element === 'byte' ? intValue(0, 8) : null)
    const value = elementValue(fold, frame, elementType, valueNode)
    items[at++] = element === 'byte' && value?.kind === 'int' ? intValue(value.value, 8, value.how) : value
  }
  return { kind: 'list', items, element, how: element === 'other' ? [] : [`${element} list`] }
}

/** An element may leave out its type: `[][]byte{{1}, {2}}`. */
function elementValue(
  fold: Folding,
  frame: Frame,
  type: SyntaxNode | null,
  node: SyntaxNode | null,
): Value | null {
  if (node === null) return null
  const inner = node.type === 'literal_element' ? node.children[0] : node
  // `[]*T{{…}}` leaves out the pointer as well.
  const bare = type?.type === 'pointer_type' ? (type.children[0] ?? null) : type
  if (inner?.type === 'literal_value') return composite(fold, frame, bare, inner)
  return inner === undefined ? null : fold.evaluate(frame, inner)
}

/** Key of a map value: text and numbers do not meet. */
export function entryKey(key: Value | null): string | null {
  if (key?.kind === 'string') return `s${key.text}`
  return key?.kind === 'int' ? `i${key.value}` : null
}
