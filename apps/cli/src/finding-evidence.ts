import { visible } from './output/print.ts'

/** Fields as they stand in evidence. It is read from the store, where older releases may have written other fields. */
export type Evidence = Readonly<Record<string, unknown>>

/** The objects of a list field; none where it is no list. */
export function listOf(evidence: Evidence, field: string): Evidence[] {
  const value = evidence[field]
  if (!Array.isArray(value)) return []
  return value.filter((each): each is Evidence => each !== null && typeof each === 'object')
}

/** A field as visible text; nothing where it is missing. */
export function textOf(evidence: Evidence, field: string): string {
  const value = evidence[field]
  if (typeof value === 'string') return visible(value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function textsOf(evidence: Evidence, field: string): string[] {
  const value = evidence[field]
  return Array.isArray(value) ? value.map((each) => visible(String(each))) : []
}

/** Where a piece of code stands, what it does, the code, and what it comes to when the constants are worked out. */
export function codeLines(use: Evidence): string[] {
  const reached = textsOf(use, 'reachedFrom')
  const from = reached.length === 0 ? '' : `, on import from ${reached.join(' → ')}`
  const what = textOf(use, 'what') || 'hidden string'
  const how = textsOf(use, 'how')
  const folded = textOf(use, 'folded') || textOf(use, 'value')
  return [
    `${textOf(use, 'file')}:${textOf(use, 'line')}  ${what}${from}`,
    `    ${textOf(use, 'quote')}`,
    ...(folded === '' ? [] : [`    is  ${folded}${how.length === 0 ? '' : `  (by ${how.join(', ')})`}`]),
  ]
}

/** Fields that are shown elsewhere, or say nothing to a person. */
const NOT_SHOWN: ReadonlySet<string> = new Set([
  'diff',
  'more',
  'lines',
  'strings',
  'quoted',
  'than',
  'files',
  'column',
])

/** Evidence for a person: code as code, everything else as `name: value`; diffs are shown once, apart from it. */
export function evidenceLines(evidence: Evidence): string[] {
  const fields = Object.entries(evidence).flatMap(([name, value]) =>
    NOT_SHOWN.has(name) || isEmpty(value) ? [] : fieldLines(name, value),
  )
  const code = [...listOf(evidence, 'lines'), ...listOf(evidence, 'strings')].flatMap(codeLines)
  const files = [...listOf(evidence, 'files'), ...listOf(evidence, 'quoted')].map(
    (file) => `${textOf(file, 'path') || textOf(file, 'file')}  ${fileState(file)}`,
  )
  return [...code, ...fields, ...files]
}

function fileState(file: Evidence): string {
  return textOf(file, 'relation') || textOf(file, 'change') || textOf(file, 'reason')
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function fieldLines(name: string, value: unknown): string[] {
  const lines = valueLines(value)
  return lines.length === 1 ? [`${name}: ${lines[0]}`] : [`${name}:`, ...lines.map((line) => `  ${line}`)]
}

function valueLines(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n').map(visible)
  if (Array.isArray(value)) return value.flatMap(valueLines)
  if (value !== null && typeof value === 'object')
    return [
      Object.entries(value)
        .map(([name, inner]) => `${name} ${valueLines(inner).join(' ')}`)
        .join(', '),
    ]
  return [visible(String(value))]
}
