import { ESTABLISHED_DEPENDENTS, ESTABLISHED_SHARE } from '../dependents.ts'
import { LOWERING_ROWS, SEVERITY_ROWS } from './severity-table.ts'
import { NAMED_GROUPS } from './signals/groups.ts'
import { NEW_OWNER_MODULES } from './signals/limits.ts'
import { SIGNAL_RULES } from './signals/table.ts'

/** Text of docs/severity.md, from the tables that decide. */
export function severityDocument(): string {
  return `${INTRODUCTION}
## Signals

| id | what was seen | weight | what it means |
|---|---|---|---|
${SIGNAL_RULES.map((rule) => `| \`${rule.id}\` | ${rule.title} | ${rule.weight} | ${escape(rule.meaning)} |`).join('\n')}

Weight: \`decides\` makes a finding, \`raises\` makes one worse, \`supports\` helps a person and changes nothing by
itself, \`lowers\` is an honest explanation.

## Step 1: the first row that holds

Read from the top. A row holds where each of its groups has at least one of its signals.

| group | signals |
|---|---|
${NAMED_GROUPS.map(({ name, ids }) => `| **${name}** | ${ids.map(code).join(', ')} |`).join('\n')}

| row | severity | needs | because |
|---|---|---|---|
${SEVERITY_ROWS.map((row) => `| \`${row.id}\` | **${row.severity}** | ${row.all.map(oneOf).join(' and ') || 'nothing'} | ${row.says} |`).join('\n')}

## Step 2: honest explanations

Each row that applies sets an upper bound. It does not apply where one of its exceptions is there.

| row | with | at most | unless | because |
|---|---|---|---|---|
${LOWERING_ROWS.map((row) => `| \`${row.id}\` | ${oneOf(row.when)} | **${row.atMost}** | ${shortened(row.unless).join(', ')} | ${row.says} |`).join('\n')}

${CLOSING}`
}

const INTRODUCTION = `# How severe is a finding, and why

<!-- Written by packages/detect/scripts/severity-docs.ts from the tables that decide; edit those. -->

A finding is a list of signals. Its severity follows from their ids alone, by the two tables below, so it can be retraced
by hand: take the signals of one version together with those that have no version (facts about the module itself), do
both steps, and take the worst version. Each stored finding also names the rows that decided (\`because\`).
`

const CLOSING = `## Numbers behind the honest explanations

- Established: at least ${ESTABLISHED_DEPENDENTS} modules require it directly, and at least ${ESTABLISHED_SHARE * 100} % as many as require the target.
- New owner: at most ${NEW_OWNER_MODULES} modules, the first one seen within 60 days before the module.

## What makes no finding

- A name of strength \`candidate\` without content that confirms it.
- A fork that declares the original’s path and adds nothing that acts on import.
- A missing tag or repository by itself: it is recorded with the inspection.
`

function oneOf(ids: readonly string[]): string {
  const codes = shortened(ids)
  return codes.length === 1 ? (codes[0] ?? '') : `one of ${codes.join(', ')}`
}

/** Signals as the table shows them: a whole group by its name. */
function shortened(ids: readonly string[]): string[] {
  let left = [...new Set(ids)]
  const names: string[] = []
  for (const group of NAMED_GROUPS) {
    if (!group.ids.every((id) => left.includes(id))) continue
    left = left.filter((id) => !(group.ids as readonly string[]).includes(id))
    names.push(`**${group.name}**`)
  }
  return [...names, ...left.map(code)]
}

function code(id: string): string {
  return `\`${id}\``
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|')
}
