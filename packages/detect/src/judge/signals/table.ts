import { CODE_RULES } from './rules/code.ts'
import { MODULE_RULES } from './rules/module.ts'
import { NAME_AND_COPY_RULES } from './rules/name-and-copy.ts'
import { REPOSITORY_RULES } from './rules/repository.ts'
import { SIGNAL_WEIGHTS, type SignalRule } from './rules/rule.ts'

/** Every signal that a finding can hold: one table, from which docs/severity.md is generated. */
export const SIGNAL_RULES = [
  ...NAME_AND_COPY_RULES,
  ...REPOSITORY_RULES,
  ...CODE_RULES,
  ...MODULE_RULES,
] as const

export type SignalId = (typeof SIGNAL_RULES)[number]['id']

const RULES: ReadonlyMap<string, SignalRule> = new Map(SIGNAL_RULES.map((rule) => [rule.id, rule]))

/** Returns the rule of a signal id; undefined for an id of another release. */
export function signalRule(id: string): SignalRule | undefined {
  return RULES.get(id)
}

/** Orders signal ids by weight, what decides first; an id of another release counts as support. */
export function compareWeight(a: string, b: string): number {
  return weightRank(a) - weightRank(b)
}

function weightRank(id: string): number {
  return SIGNAL_WEIGHTS.indexOf(signalRule(id)?.weight ?? 'supports')
}
