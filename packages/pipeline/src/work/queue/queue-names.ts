/** Stages of the pipeline, in the order in which a module passes them. */
export const STAGE_NAMES = [
  'require',
  'targets',
  'match',
  'locate',
  'look',
  'baseline',
  'inspect',
  'read',
  'copies',
  'assess',
] as const

export type StageName = (typeof STAGE_NAMES)[number]

/** Returns the name of a stage's queue. */
export function queueName(stage: StageName): string {
  return `mirrorwatch-${stage}`
}
