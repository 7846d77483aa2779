import { HOST_RULES, WHOLE_HOST_RULES } from './host-rules.ts'
import { INVENTED_RULES } from './invented-rules.ts'
import { OWNER_RULES } from './owner-rules.ts'
import { PROJECT_RULES, SAME_REPOSITORY_RULE } from './project-rules.ts'
import { REPOSITORY_RULES } from './repository-rules.ts'
import type { NameRule } from './rule.ts'

/**
 * The table of name rules, in the order in which they are tried: the first rule that holds names a pair. Rules that alert
 * come before weak ones. What keeps honest names quiet (same owner, same project, established, allowed) is not in the table;
 * see `index/exemptions.ts`.
 */
export const NAME_RULES: readonly NameRule[] = [
  ...HOST_RULES,
  ...alerting(REPOSITORY_RULES),
  ...alerting(OWNER_RULES),
  ...alerting(PROJECT_RULES),
  ...INVENTED_RULES,
  ...weak(OWNER_RULES),
  ...weak(PROJECT_RULES),
  ...weak(REPOSITORY_RULES),
  ...WHOLE_HOST_RULES,
  SAME_REPOSITORY_RULE,
]

function alerting(rules: readonly NameRule[]): NameRule[] {
  return rules.filter(({ strength }) => strength !== 'weak')
}

function weak(rules: readonly NameRule[]): NameRule[] {
  return rules.filter(({ strength }) => strength === 'weak')
}
