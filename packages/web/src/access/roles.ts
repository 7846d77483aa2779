import type { GroupRole } from '@mirrorwatch/pipeline/config/schemas'
import type { Role } from '@mirrorwatch/pipeline/config/web-variables'

/** Returns the highest role that the groups of a person have, or null if they have none. `*` is everyone. */
export function roleOf(untrustedGroups: readonly string[], groupRoles: readonly GroupRole[]): Role | null {
  const roles = groupRoles
    .filter(({ group }) => group === '*' || untrustedGroups.includes(group))
    .map(({ role }) => role)
  if (roles.includes('triage')) return 'triage'
  return roles.includes('reader') ? 'reader' : null
}
