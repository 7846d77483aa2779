import { styleText } from 'node:util'
import type { Severity } from '@mirrorwatch/detect/severity'
import type { CodeLine } from '../blocks/code.ts'
import type { Diff, DiffLine } from '../blocks/diff.ts'
import type { FindingBlocks, Heading } from '../blocks/finding.ts'
import type { Fact, SignalBlock } from '../blocks/signal.ts'
import { tableLines } from './table-lines.ts'
import { withoutCommands } from './workflow-commands.ts'
import { wrap } from './wrap.ts'

/** Abilities of the terminal. */
export interface TerminalStyle {
  colour: boolean
  /** Columns; null where the output is not a terminal: lines are then as long as they are. */
  width: number | null
}

type Colour = Parameters<typeof styleText>[0]

const SEVERITY_COLOURS: Record<Severity, Colour> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'blue',
  info: 'gray',
}

const DIFF_COLOURS: Record<DiffLine['kind'], Colour | null> = {
  file: 'bold',
  hunk: 'cyan',
  removed: 'red',
  added: 'green',
  same: null,
}

/** Places of code shown at a glance; all of them stand with their signals. */
const MAX_GLANCE_CODE = 3
/** If the other columns leave less room than this, the summaries get separate lines. */
const MIN_SUMMARY = 30

/** Returns a table of findings: one line each, aligned, in the given order. */
export function findingsTable(findings: readonly FindingBlocks[], style: TerminalStyle): string[] {
  const head = ['id', 'severity', 'status', 'module', 'what']
  const rows = findings.map((finding) => [...columnsOf(finding.heading), withoutModule(finding)])
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0)
  if (style.width !== null && style.width - before < MIN_SUMMARY) return stackedTable(findings, style)
  const room = style.width === null ? null : style.width - before
  return [head, ...rows].flatMap((row, at) => {
    const cells = row.slice(0, -1).map((cell, column) => cell.padEnd(widths[column] ?? 0))
    const severity = findings[at - 1]?.heading.severity
    if (severity !== undefined) cells[1] = paint(style, SEVERITY_COLOURS[severity], cells[1] ?? '')
    const [first = '', ...rest] = room === null ? [row.at(-1) ?? ''] : wrap(row.at(-1) ?? '', room)
    return [[...cells, first].join('  '), ...rest.map((line) => `${' '.repeat(before)}${line}`)]
  })
}

/** Returns the summary without the module, which has a column. */
function withoutModule({ heading: { module }, summary }: FindingBlocks): string {
  return summary.startsWith(`${module} `) ? summary.slice(module.length + 1) : summary
}

function columnsOf({ id, severity, status, module }: Heading): string[] {
  return [String(id), severity, status, module]
}

function stackedTable(findings: readonly FindingBlocks[], style: TerminalStyle): string[] {
  return findings.flatMap((finding) => {
    const { id, severity, status, module } = finding.heading
    return [
      `#${id}  ${paint(style, SEVERITY_COLOURS[severity], severity)}  ${status}`,
      ...indented([module, withoutModule(finding)], '  ', style),
    ]
  })
}

/** Returns everything about one finding: what is imitated, what differs, and why the severity is what it is. */
export function findingText(finding: FindingBlocks, style: TerminalStyle): string[] {
  // The quoted code of a module is printed in CI jobs as well.
  return textLines(finding, style).map(withoutCommands)
}

function textLines(finding: FindingBlocks, style: TerminalStyle): string[] {
  const { heading, summary, signals, withdrawn, advice } = finding
  const severity = paint(style, SEVERITY_COLOURS[heading.severity], heading.severity.toUpperCase())
  const imitates = heading.target === null ? '' : `  imitates  ${heading.target}`
  return [
    `#${heading.id}  ${severity}  ${heading.status}`,
    ...indented([`${heading.module}${imitates}`, summary], '', style),
    '',
    ...glance(finding, style),
    ...(advice.length === 0 ? [] : ['', ...indented([...advice, decideText(heading)], '', style)]),
    '',
    ...diffText(finding.diffs, style),
    ...title('Signals (docs/severity.md says what each means, and which decide)', style),
    ...signals.flatMap((signal) => signalText(signal, style)),
    ...decisionText(finding, style),
    ...(withdrawn.length === 0
      ? []
      : [...indented([`No longer so: ${withdrawn.join(', ')}`], '', style), '']),
    ...title('History', style),
    ...finding.timeline.flatMap(({ at, text }) => labelled(`${at.slice(0, 19)}Z`, [text], 20, style)),
  ]
}

/** Returns the command that decides, or takes a decision back. */
function decideText({ id, status }: Heading): string {
  const to = status === 'open' ? 'confirmed|dismissed' : 'open'
  return `Decide: mirrorwatch findings triage ${id} ${to} --reason "…"`
}

/** Returns the answers to an analyst's first questions, a labelled line each. */
function glance({ why, facts, code }: FindingBlocks, style: TerminalStyle): string[] {
  const acting = code.filter(({ acts }) => acts).slice(0, MAX_GLANCE_CODE)
  const [copied, others] = [facts.filter(isAboutCode), facts.filter((fact) => !isAboutCode(fact))]
  const rows: Fact[] = [
    ...why.map(({ label, text, row, signals }) => ({
      label,
      lines: [`${text}${signals.length === 0 ? '' : ` (${signals.join(', ')})`} [${row}]`],
    })),
    ...copied,
    ...(acting.length === 0 ? [] : [{ label: 'acts', lines: acting.flatMap(codeText) }]),
    ...others,
  ]
  const width = Math.max(8, ...rows.map(({ label }) => label.length))
  return rows.flatMap(({ label, lines }) => labelled(label, lines, width, style))
}

function isAboutCode({ label }: Fact): boolean {
  return label === 'copies' || label === 'differs'
}

/** Returns a piece of code with its place, its effect, and the value of its constants. */
function codeText({ file, line, what, reachedFrom, calledFrom, quote, folded, how }: CodeLine): string[] {
  const onImport = reachedFrom.length === 0 ? '' : `, on import from ${reachedFrom.join(' → ')}`
  const from = calledFrom.length === 0 ? onImport : `, when called by ${calledFrom.join(' → ')}`
  const by = how.length === 0 ? '' : `  (by ${how.join(', ')})`
  const built = folded === null ? [] : `${folded}${by}`.split('\n')
  return [
    `${file}:${line}  ${what}${from}`,
    ...quote.split('\n').map((each) => `    ${each}`),
    ...built.map((each, at) => `    ${at === 0 ? 'is' : '  '}  ${each}`),
  ]
}

function diffText(diffs: readonly Diff[], style: TerminalStyle): string[] {
  if (diffs.length === 0) return []
  return [
    ...title('What differs (- is what is copied or shown, + is what is compiled)', style),
    ...diffs.flatMap((diff) => [...diff.flatMap((line) => diffLineText(line, style)), '']),
  ]
}

function diffLineText({ kind, text, marks }: DiffLine, style: TerminalStyle): string[] {
  const colour = DIFF_COLOURS[kind]
  const lines = indented([text], '  ', style)
  const painted = colour === null ? lines : lines.map((line) => paint(style, colour, line))
  if (marks.length > 0) painted[painted.length - 1] += paint(style, 'magenta', `    ← ${marks.join(', ')}`)
  return painted
}

function signalText(
  { rule, title: says, version, code, facts, files }: SignalBlock,
  style: TerminalStyle,
): string[] {
  const of = version === null ? '' : ` ${version}`
  const lines = [
    ...code.flatMap(codeText),
    ...facts.flatMap(({ label, lines: values }) =>
      values.length === 1
        ? [`${label}: ${values[0]}`]
        : [`${label}:`, ...values.map((value) => `  ${value}`)],
    ),
    ...tableLines(
      ['', ''],
      files.map(({ path, how }) => [path, how]),
      style.width === null ? undefined : Math.max(20, style.width - 24),
    ),
  ]
  return [...indented([`${rule}${of}: ${says}`], '', style), ...indented(lines, '    ', style), '']
}

function decisionText({ decision }: FindingBlocks, style: TerminalStyle): string[] {
  if (decision === null) return []
  const { status, by, at, reason, outdated } = decision
  return [
    ...indented([`Decided: ${status} by ${by} at ${at.slice(0, 19)}Z: ${reason}`], '', style),
    ...(outdated ? ['  The severity has risen since: look again.'] : []),
    '',
  ]
}

function title(text: string, style: TerminalStyle): string[] {
  return indented([text], '', style).map((line) => paint(style, 'bold', line))
}

/** Returns lines whose first has the label in front. */
function labelled(label: string, lines: readonly string[], width: number, style: TerminalStyle): string[] {
  const before = `  ${' '.repeat(width)}  `
  const texts = indented(lines, before, style)
  return texts.map((line, at) =>
    at === 0 ? `  ${paint(style, 'bold', label.padEnd(width))}  ${line.slice(before.length)}` : line,
  )
}

function indented(lines: readonly string[], indent: string, { width }: TerminalStyle): string[] {
  return lines.flatMap((line) => {
    if (width === null) return [`${indent}${line}`]
    const [first = '', ...rest] = wrap(line, Math.max(20, width - indent.length))
    const inner = /^\s*/.exec(line)?.[0] ?? ''
    return [`${indent}${first}`, ...rest.map((each) => `${indent}${inner}${each}`)]
  })
}

function paint({ colour }: TerminalStyle, format: Colour, text: string): string {
  return colour ? styleText(format, text, { validateStream: false }) : text
}
