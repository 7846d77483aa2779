import type { Signal } from '../types.ts'
import { COPIED } from './signals/groups.ts'

/** One plain sentence for the person who triages: who, what, and what is wrong with it. */
export function summaryOf(module: string, target: string | null, signals: readonly Signal[]): string {
  const find = (...ids: string[]): Signal | undefined => signals.find((s) => ids.includes(s.rule))
  const clauses: string[] = []
  const copy = find(...COPIED)
  const name = find('name-strong', 'name-medium', 'name-weak')
  if (copy !== undefined) clauses.push(copyClause(copy, target))
  else if (name !== undefined) clauses.push(`has a name like ${target}’s`)
  const difference = find('cache-differs')
  if (difference !== undefined) clauses.push(differenceClause(difference, find('tag-moved') !== undefined))
  else if (find('cache-differs-harmless') !== undefined)
    clauses.push(`differs from its repository only in files that no build reads`)
  const sum = find('sum-disagrees')
  if (sum !== undefined) clauses.push(`has a zip of ${sum.version} that the checksum database did not sign`)
  const acts = actsClause(signals)
  if (acts !== null) clauses.push(acts)
  if (find('imports-refused') !== undefined) clauses.push('imports a module that the mirror refuses')
  if (find('repository-missing') !== undefined) clauses.push('has no repository any more')
  if (find('mirror-blocked') !== undefined) clauses.push('is refused by the mirror as malicious')
  const malicious = find('known-malicious')
  if (malicious !== undefined) clauses.push(`is listed as malicious (${String(malicious.evidence['id'])})`)
  return `${module} ${join(clauses)}.`
}

function copyClause(copy: Signal, target: string | null): string {
  if (copy.rule === 'holds-original')
    return `holds ${percentOf(copy, 'inPlace')} % of the code of ${target} among its own`
  const percent = percentOf(copy, 'similarity')
  const path = copy.rule === 'near-copy' ? 'under its own path' : 'keeping the original’s path'
  return `is ${percent} % the code of ${target} ${path}`
}

function percentOf(copy: Signal, share: string): number {
  return Math.floor(Number(copy.evidence[share]) * 100)
}

function differenceClause(difference: Signal, moved: boolean): string {
  const because = moved ? ' since the tag was rewritten' : ''
  return `serves ${difference.version} with code that its repository does not show${because}`
}

function actsClause(signals: readonly Signal[]): string | null {
  const has = (id: string): boolean => signals.some((s) => s.rule === id)
  const process = has('import-process') || has('module-import-process')
  const network = has('import-network') || has('module-import-network')
  const writes = has('import-writes')
  if (!process && !network && !writes) return null
  const added = writes || has('import-process') || has('import-network')
  const does = [
    process ? 'runs a process' : '',
    network ? 'uses the network' : '',
    writes ? 'writes files' : '',
  ].filter((s) => s !== '')
  return `${join(does)} on import${added ? ' by added code' : ''}`
}

function join(clauses: readonly string[]): string {
  if (clauses.length <= 1) return clauses[0] ?? 'needs a look'
  return `${clauses.slice(0, -1).join(', ')} and ${clauses.at(-1)}`
}
