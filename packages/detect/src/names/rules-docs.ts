import { ESTABLISHED_DEPENDENTS, ESTABLISHED_SHARE } from '../dependents.ts'
import { NAME_RULES } from './rules/all-rules.ts'
import {
  TARGETS_PER_GENERIC_NAME,
  TARGETS_PER_REPOSITORY_NAME,
  TWO_EDITS_OWNER,
  TWO_EDITS_OWNER_GENERIC,
} from './rules/limits.ts'
import type { NameRule } from './rules/rule.ts'

/** Text of docs/rules.md, from the table that decides. */
export function rulesDocument(): string {
  return `# When does a name look like another

<!-- Written by packages/detect/scripts/rules-docs.ts from the rule table; edit that. -->

A module path is split into host, owner, repository, directory and major version. Letter case and major versions do not
count. A vanity path and the repository behind it are one project with two names, and both are compared. A module and a
target are named together by the first rule below that holds.

| rule | strength | what | example | of |
|---|---|---|---|---|
${NAME_RULES.map(row).join('\n')}

Strength: \`strong\` and \`medium\` alert by the name alone, \`weak\` does not, \`candidate\` only says that contents are worth
comparing. A name alone is never more than a finding of low severity.

## What keeps honest names quiet

Asked before any rule:

- **Same project**: the same repository, directly, behind a vanity path, by a redirect or an alias that is known.
- **Same owner**: the same account, or the same domain for vanity paths. Other major versions and other modules of an owner
  never alert.
- **Allowed**: a pair, an owner or a path on an allow list, each with who, when and why.
- **Established**: the module is in a list of reviewed or most used modules, is used more than the target, or is required by
  at least ${ESTABLISHED_DEPENDENTS} modules and at least ${ESTABLISHED_SHARE * 100} % as many as the target.
- **Known owner**: an owner with another project that is established beside the target is not a mistyped one: rules about
  owners do not apply.

## Numbers

- Two edits count as a typo from ${TWO_EDITS_OWNER} letters on; from ${TWO_EDITS_OWNER_GENERIC} where the repository name is one that many choose independently
  (\`errors\`, \`uuid\`, \`cron\`, …).
- Rules that ask nothing of the owner (\`same-repository\` and the weak ones about repositories) compare a repository name with
  its ${TARGETS_PER_REPOSITORY_NAME} most depended-on projects, ${TARGETS_PER_GENERIC_NAME} where many choose it independently.
- Rules about a place (\`host-community\`, \`owner-host\`, \`owner-community\`, \`host-resembles\`) name one target at the most, and
  only where they say more than every other rule that holds.
`
}

function row({ id, strength, title, example: [module, target] }: NameRule): string {
  return `| \`${id}\` | ${strength} | ${title} | \`${module}\` | \`${target}\` |`
}
