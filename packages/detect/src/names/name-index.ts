// Interim: all pairs, three rules, until the real index of this folder takes its place (same exports).
import { splitModulePath } from '@mirrorwatch/gomod/path-parts'
import { distance } from 'fastest-levenshtein'
import type { Candidate } from '../types.ts'

export interface NameIndexTarget {
  path: string
  dependents: number
}
export interface NameIndex {
  match(path: string): Candidate[]
}
export function buildNameIndex(targets: readonly NameIndexTarget[]): NameIndex {
  const parsed = targets.map((t) => splitModulePath(t.path))
  return {
    match(path) {
      const m = splitModulePath(path)
      const out: Candidate[] = []
      for (const t of parsed) {
        const a = m.folded
        const b = t.folded
        if (m.host !== t.host && a.repository !== b.repository) continue
        if (a.owner === b.owner && m.host === t.host) continue
        if (a.repository !== b.repository) continue
        const base = { module: path, target: t.path }
        const d = distance(a.owner, b.owner)
        if (d <= 2)
          out.push({
            ...base,
            rule: 'owner-edit',
            distance: d,
            strength: 'strong',
            reason: `owner ${a.owner} is ${d} edit(s) from ${b.owner}`,
          })
        else if (b.owner.length > 3 && a.owner.startsWith(b.owner))
          out.push({
            ...base,
            rule: 'owner-affix',
            distance: null,
            strength: 'strong',
            reason: `owner ${b.owner} with something added`,
          })
        else
          out.push({
            ...base,
            rule: 'same-repository',
            distance: null,
            strength: 'candidate',
            reason: 'same repository name, other owner',
          })
      }
      return out
    },
  }
}
