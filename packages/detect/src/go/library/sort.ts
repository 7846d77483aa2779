import {
  type Host,
  intValue,
  type LibraryFunction,
  type ListValue,
  type MaybeValue,
  mergeHow,
  writeItems,
} from '../value/values.ts'

/** Elements of a list that is sorted with a comparison of the code: it is called for each pair at worst. */
const MAX_SORTED = 1_000

/** Packages sort and slices. */
export const SORT_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'sort.Ints': ([list]) => sortKnown(list),
  'sort.Strings': ([list]) => sortKnown(list),
  'slices.Sort': ([list]) => sortKnown(list),
  'sort.Slice': ([list, less], host) =>
    sortInPlace(list, host, (i) => isTrue(host.call(less, [intValue(i), intValue(i - 1)]))),
  'sort.SliceStable': ([list, less], host) =>
    sortInPlace(list, host, (i) => isTrue(host.call(less, [intValue(i), intValue(i - 1)]))),
  'slices.SortFunc': ([list, compare], host) =>
    sortInPlace(list, host, (i, items) =>
      isNegative(host.call(compare, [items[i] ?? null, items[i - 1] ?? null])),
    ),
  'slices.Reverse': ([list]) => {
    if (list?.kind === 'list') writeItems(list, 0, list.items.toReversed(), ['reversing'])
    return null
  },
}

function isTrue(value: MaybeValue | undefined): boolean {
  return value?.kind === 'bool' && value.value
}

function isNegative(value: MaybeValue | undefined): boolean {
  return value?.kind === 'int' && value.value < 0n
}

function sortKnown(list: MaybeValue | undefined): null {
  if (list?.kind !== 'list') return null
  const keys = list.items.map((item) =>
    item?.kind === 'int' ? item.value : item?.kind === 'string' ? item.text : null,
  )
  if (keys.includes(null)) return null
  const order = list.items.map((_, at) => at).toSorted((a, b) => compareKeys(keys[a] ?? 0n, keys[b] ?? 0n))
  const sorted = order.map((at) => list.items[at] ?? null)
  writeItems(list, 0, sorted, ['sorting'])
  return null
}

function compareKeys(a: bigint | string, b: bigint | string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Sorts by insertion: the code's comparison sees the list as it is at that moment, by its indexes. */
function sortInPlace(
  list: MaybeValue | undefined,
  host: Host,
  isLess: (index: number, items: ListValue['items']) => boolean,
): null {
  if (list?.kind !== 'list' || list.items.length > MAX_SORTED) return null
  const { items } = list
  for (let from = 1; from < items.length; from++) {
    for (let at = from; at > 0 && host.step(1) && isLess(at, items); at--) {
      const [a = null, b = null] = [items[at - 1], items[at]]
      items[at - 1] = b
      items[at] = a
    }
  }
  list.how = mergeHow(list.how, ['sorting'])
  writeItems(list, 0, [...items])
  return null
}
