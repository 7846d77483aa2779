import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { closest, distance } from 'fastest-levenshtein'
import { PipelineError } from '../errors.ts'
import { mayBeFile } from './read-variable.ts'
import { VARIABLES } from './variables.ts'

/** Adds the variables of a `.env` file in the current folder to those of the process, which win. */
export function loadEnvironmentFile(): void {
  try {
    const inFile = parseEnv(readFileSync('.env', 'utf8'))
    for (const [name, value] of Object.entries(inFile)) process.env[name] ??= value
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // Python people keep a folder of this name.
    if (code === 'ENOENT' || code === 'EISDIR') return
    throw new PipelineError(
      'bad-config',
      `the file .env in the current folder cannot be read (${String(code)})`,
      {
        todo: 'Make it readable, or start mirrorwatch in another folder.',
        cause: error,
      },
    )
  }
}

/** A variable that looks like one of ours and is none. */
export interface UnknownVariable {
  name: string
  /** The name that was probably meant. */
  meant: string | null
}

/** Edits up to which a name counts as misspelt. */
const MAX_MISSPELT = 4
/** Set by Kubernetes in every container beside a Service of this name. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$|_PORT(_\d+_(TCP|UDP)(_[A-Z]+)?)?$/

/** Returns the variables named `MIRRORWATCH_…` that mirrorwatch does not read: a misspelt name is no error, but has no effect. */
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

/** Says in one sentence what is wrong with an unknown variable. */
export function unknownVariableText({ name, meant }: UnknownVariable): string {
  const hint = meant === null ? 'docs/configuration.md lists the variables' : `did you mean ${meant}?`
  return `${name} is not a variable of mirrorwatch and has no effect: ${hint}`
}
