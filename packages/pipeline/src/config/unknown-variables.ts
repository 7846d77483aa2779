import { closest, distance } from 'fastest-levenshtein'
import { mayBeFile } from './read-variable.ts'
import { VARIABLES } from './variables.ts'

/** Variable that looks like one of mirrorwatch but is not. */
export interface UnknownVariable {
  name: string
  /** Name that was probably meant. */
  meant: string | null
}

/** Limit on edits for which a name counts as misspelt. */
const MAX_MISSPELT = 4
/** Variables that Kubernetes sets in every container for a Service named mirrorwatch. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$|_PORT(_\d+_(TCP|UDP)(_[A-Z]+)?)?$/

/** Returns the `MIRRORWATCH_…` variables that mirrorwatch does not read. A misspelt name causes no error, but has no effect. */
export function unknownVariables(env: NodeJS.ProcessEnv): UnknownVariable[] {
  const known = Object.entries(VARIABLES).flatMap(([name, variable]) =>
    mayBeFile(variable) ? [name, `${name}_FILE`] : [name],
  )
  return Object.keys(env)
    .filter((name) => /^MIRRORWATCH_/i.test(name) && !known.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => {
      const near = closest(name.toUpperCase(), known)
      return { name, meant: distance(name.toUpperCase(), near) <= MAX_MISSPELT ? near : null }
    })
}

/** Describes in one sentence what is wrong with an unknown variable. */
export function unknownVariableText({ name, meant }: UnknownVariable): string {
  const hint = meant === null ? 'docs/configuration.md lists the variables' : `did you mean ${meant}?`
  return `${name} is not a variable of mirrorwatch and has no effect: ${hint}`
}
