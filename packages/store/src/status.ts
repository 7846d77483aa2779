/** Every state of a finding. `investigating` has an assignee, `allowed` an entry of the allow list. */
export const FINDING_STATUSES = ['open', 'investigating', 'confirmed', 'dismissed', 'allowed'] as const
export type FindingStatus = (typeof FINDING_STATUSES)[number]

/** Returns true if people have decided that a finding needs no attention. */
export function isSetAside(status: FindingStatus): boolean {
  return status === 'dismissed' || status === 'allowed'
}

/** Reasons to dismiss a finding: the short list, with what people read. */
export const DISMISS_KINDS = {
  own: 'Our own module',
  fork: 'An honest fork',
  rename: 'The project moved or was renamed',
  'same-owner': 'The same people as the target',
  harmless: 'The difference is harmless',
  'false-positive': 'The rule is wrong here',
  other: 'Another reason',
} as const
export type DismissKind = keyof typeof DISMISS_KINDS
