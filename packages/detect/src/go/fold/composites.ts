import { textOf, typeName } from '../parse/file-model.ts'
import { childOf, childrenOf, fieldsOf, partsOf, type SyntaxNode } from '../parse/syntax.ts'
import type { IntType } from '../value/int-types.ts'
import {
  emptyBuilder,
  intValue,
  listValue,
  MAX_LIST,
  type MapValue,
  type MaybeValue,
  stringValue,
  type Value,
} from '../value/values.ts'
import { evaluate, type Frame } from './frame.ts'
import { arrayLength, assigned, elementOf, listHow, zeroValue } from './types.ts'

/**
 * Evaluates a list, map or struct literal. A literal of another package's type counts as a call: `exec.Cmd{…}` is as good as
 * its constructor.
 */
export function compositeLiteral(frame: Frame, node: SyntaxNode): MaybeValue {
  const type = childOf(node, 'type')
  const value = composite(frame, type, childOf(node, 'body'))
  if (value?.kind !== 'map' || type?.type !== 'qualified_type') return value
  const given = [...value.entries.values()].flatMap((each) =>
    each?.kind === 'list' && each.element === null ? each.items : [each],
  )
  frame.fold.onCall(node, given)
  for (const each of given) if (each?.kind === 'string') frame.fold.onString(frame.file, node, each)
  return value
}

function composite(frame: Frame, type: SyntaxNode | null, body: SyntaxNode | null): MaybeValue {
  if (body === null) return null
  const element = elementOf(frame, type)
  if (element !== undefined) return listLiteral(frame, element, type, body)
  if (zeroValue(frame, type)?.kind === 'builder') return emptyBuilder()
  return mapLiteral(frame, type, body)
}

function mapLiteral(frame: Frame, type: SyntaxNode | null, body: SyntaxNode): MapValue {
  const entries = new Map<string, MaybeValue>()
  const fields = structFields(frame, type)
  const typeOfField = new Map(fields.map((field) => [`s${field.name}`, field.type]))
  let position = 0
  for (const child of partsOf(body)) {
    const keyed = child.type === 'keyed_element'
    const field = keyed ? undefined : fields[position++]
    const key = keyed ? keyName(frame, type, childOf(child, 'key')) : field && `s${field.name}`
    const itemType = childOf(type, 'value') ?? typeOfField.get(key ?? '') ?? null
    const value = elementValue(frame, itemType, keyed ? childOf(child, 'value') : child)
    if (key !== null && key !== undefined) entries.set(key, value)
  }
  return { kind: 'map', entries, ...(type === null ? {} : { type: typeName(frame.file, type) }) }
}

function keyName(frame: Frame, type: SyntaxNode | null, key: SyntaxNode | null): string | null {
  const isField = key?.children[0]?.type === 'identifier' && type?.type !== 'map_type'
  return entryKey(isField ? stringValue(textOf(frame.file, key)) : evaluate(frame, key))
}

/** Returns a struct's fields in their order, for literals that leave out the names. Types of other files are left out. */
function structFields(frame: Frame, type: SyntaxNode | null): { name: string; type: SyntaxNode | null }[] {
  if (type === null || type.type === 'map_type') return []
  const declared = type.type === 'struct_type' ? null : frame.pkg.types.get(typeName(frame.file, type))
  const file = declared?.file ?? frame.file
  return fieldsOf(declared === null ? type : (declared?.node ?? null)).flatMap((field) => {
    const written = childOf(field, 'type')
    const own = file === frame.file ? written : null
    const names = childrenOf(field, 'name').map((name) => textOf(file, name))
    const embedded = typeName(file, written).replace(/^.*\./, '')
    return (names.length > 0 ? names : [embedded]).map((name) => ({ name, type: own }))
  })
}

function listLiteral(
  frame: Frame,
  element: IntType | null,
  type: SyntaxNode | null,
  body: SyntaxNode,
): Value {
  const zero = element === null ? null : intValue(0, element)
  const elementType = childOf(type, 'element')
  const items: MaybeValue[] = []
  let at = 0
  for (const child of partsOf(body)) {
    const keyed = child.type === 'keyed_element'
    const key = keyed ? evaluate(frame, childOf(child, 'key')) : null
    if (key?.kind === 'int' && key.value >= 0n && key.value < MAX_LIST) at = Number(key.value)
    if (at >= MAX_LIST || !frame.fold.step()) break
    while (items.length < at) items.push(zero)
    const value = elementValue(frame, elementType, keyed ? childOf(child, 'value') : child)
    items[at++] =
      element !== null && value?.kind === 'int' ? intValue(value.value, element, value.how) : value
  }
  if (element !== null)
    for (let left = arrayLength(frame, type) - items.length; left > 0; left--) items.push(zero)
  return listValue(items, element, listHow(element))
}

/** Evaluates an element, which may leave out its type: `[][]byte{{1}, {2}}`. */
function elementValue(frame: Frame, type: SyntaxNode | null, node: SyntaxNode | null): MaybeValue {
  const inner = node?.type === 'literal_element' ? node.children[0] : node
  // `[]*T{{…}}` leaves out the pointer as well.
  const bare = type?.type === 'pointer_type' ? (type.children[0] ?? null) : type
  if (inner?.type === 'literal_value') return composite(frame, bare, inner)
  return assigned(frame, type, evaluate(frame, inner))
}

/** Returns the key of a map entry: texts and numbers do not meet. */
export function entryKey(key: MaybeValue): string | null {
  if (key?.kind === 'string') return `s${key.text}`
  return key?.kind === 'int' ? `i${key.value}` : null
}
