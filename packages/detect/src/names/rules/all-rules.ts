import { HOST_RULES, PLACE_RULES } from './host-rules.ts'
import { OWNER_RULES } from './owner-rules.ts'
import { CLONE_RULE, PROJECT_RULES } from './project-rules.ts'
import { REPOSITORY_RULES } from './repository-rules.ts'
import type { NameRule } from './rule.ts'

/**
 * Every way in which a module's name is taken for a target's, in the order in which they are asked: a pair is named by the
 * first rule that holds. What keeps honest names quiet (same owner, same project, established, allowed) is asked before.
 */
export const NAME_RULES: readonly NameRule[] = [
  ...HOST_RULES,
  ...REPOSITORY_RULES.filter(({ strength }) => strength !== 'weak'),
  ...OWNER_RULES.filter(({ strength }) => strength !== 'weak'),
  ...PROJECT_RULES.filter(({ strength }) => strength !== 'weak'),
  ...OWNER_RULES.filter(({ strength }) => strength === 'weak'),
  ...PROJECT_RULES.filter(({ strength }) => strength === 'weak'),
  ...REPOSITORY_RULES.filter(({ strength }) => strength === 'weak'),
  ...PLACE_RULES,
  CLONE_RULE,
]
