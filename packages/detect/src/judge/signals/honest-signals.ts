import { isOlder } from '../../clone/age.ts'
import { isEstablished } from '../../dependents.ts'
import type { Signal } from '../../finding.ts'
import type { AssessmentInput, TargetFacts } from './facts.ts'
import { signal } from './signal.ts'

/** Returns honest explanations for the module's likeness to `target`, or for the module alone if `target` is null. */
export function honestSignals(input: AssessmentInput, target: TargetFacts | null): Signal[] {
  const signals: Signal[] = []
  for (const entry of input.allow) {
    if (entry.kind === 'pair' && entry.target !== target?.path) continue
    signals.push(signal('honest-allowed', null, { ...entry }))
  }
  if (isEstablished(input.module.dependents, target))
    signals.push(signal('honest-established', null, { dependents: input.module.dependents }))
  return target === null ? signals : [...signals, ...honestBeside(input, target)]
}

function honestBeside({ module }: AssessmentInput, target: TargetFacts): Signal[] {
  const signals: Signal[] = []
  if (target.sameProject !== null)
    signals.push(signal('honest-same-project', null, { target: target.path, why: target.sameProject }))
  if (module.path !== target.path && module.path.toLowerCase() === target.path.toLowerCase())
    signals.push(signal('honest-case-variant', null, { target: target.path }))
  if (module.declaredPath !== null && declaresTarget(module.declaredPath, module.path, target.path))
    signals.push(signal('honest-declares-target', null, { declaredPath: module.declaredPath }))
  if (
    module.firstCachedAt !== null &&
    target.firstCachedAt !== null &&
    isOlder(module.firstCachedAt, target.firstCachedAt)
  ) {
    const evidence = {
      module: module.firstCachedAt.toISOString(),
      target: target.firstCachedAt.toISOString(),
    }
    signals.push(signal('honest-older', null, evidence))
  }
  return signals
}

/** Another major version of the target counts: forks often stay on the one that they were made from. */
function declaresTarget(declared: string, own: string, target: string): boolean {
  return declared !== own && withoutMajor(declared) === withoutMajor(target)
}

function withoutMajor(path: string): string {
  return path.replace(/[/.]v\d+$/, '')
}
