import type { NameRule } from './rule.ts'
import { HOST_RULES, PLACE_RULES } from './rules-host.ts'
import { OWNER_RULES } from './rules-owner.ts'
import { CLONE_RULE, PROJECT_RULES } from './rules-project.ts'
import { REPOSITORY_RULES } from './rules-repository.ts'

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
