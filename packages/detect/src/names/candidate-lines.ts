import type { Hit } from './hits.ts'
import type { TargetFace } from './project.ts'

/**
 * Turns hits into lines of JSON, each as `JSON.stringify` of the candidate would write it. Nearly all hits are of the rule
 * of the same repository name, whose text differs from one module to the next in the module alone: that is written once
 * for each target.
 */
export class CandidateLines {
  /** From the rule on, for a rule that speaks of the target alone. */
  readonly #kept = new Map<TargetFace, KeptText>()

  /** Adds the pieces of the lines for one module's hits. */
  write(hits: readonly Hit[], into: string[]): void {
    const path = hits[0]?.module.path
    const start = `{"module":${JSON.stringify(path)},"target":`
    for (const hit of hits) {
      if (hit.rule.aboutTarget === undefined) into.push(JSON.stringify(hit.candidate()), '\n')
      else into.push(start, this.#afterModule(hit))
    }
  }

  #afterModule(hit: Hit): string {
    const { known } = hit
    let kept = this.#kept.get(known)
    if (kept === undefined || kept.rule !== hit.rule.id) {
      const { module: _, target, ...rest } = hit.candidate()
      kept = { rule: rest.rule, target, text: '', rest: `,${JSON.stringify(rest).slice(1)}\n` }
      kept.text = JSON.stringify(target) + kept.rest
      this.#kept.set(known, kept)
    }
    const target = hit.target()
    // A project with several modules is named by the one that is most like the look-alike.
    return target === kept.target ? kept.text : JSON.stringify(target) + kept.rest
  }
}

interface KeptText {
  rule: string
  target: string
  text: string
  rest: string
}
