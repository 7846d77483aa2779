import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { PipelineError } from '../errors.ts'
import { VARIABLES, type Variable, type VariableName } from './variables.ts'

type Parsed<N extends VariableName> = z.infer<(typeof VARIABLES)[N]['schema']>

/** Value of a variable: null only if it is unset and has no fallback. */
export type Value<N extends VariableName> = (typeof VARIABLES)[N] extends { fallback: string }
  ? Parsed<N>
  : Parsed<N> | null

/** Returns the value of one variable. An empty variable counts as unset. @throws PipelineError `bad-config` */
export function readVariable<N extends VariableName>(env: NodeJS.ProcessEnv, name: N): Value<N> {
  const variable: Variable = VARIABLES[name]
  const file = mayBeFile(variable) ? env[`${name}_FILE`] : ''
  const given = file ? secretInFile(env, name, file) : env[name]
  const text = given || variable.fallback
  if (text === undefined) return null as Value<N>
  const parsed = variable.schema.safeParse(text)
  if (parsed.success) return parsed.data as Value<N>
  const fault = file || variable.secret ? NOT_SHOWN : `is ${JSON.stringify(withoutPassword(text, variable))}`
  throw new PipelineError('bad-config', `${name} ${fault}; it must be ${variable.expected}`, {
    todo: `Correct or unset ${name}. ${variable.purpose}`,
  })
}

/** Returns true if a variable is set, in the environment or in a file. */
export function isSet(env: NodeJS.ProcessEnv, name: VariableName): boolean {
  return Boolean(env[name]) || (mayBeFile(VARIABLES[name]) && Boolean(env[`${name}_FILE`]))
}

const NOT_SHOWN = 'cannot be used (its value is not shown, as it may hold a password)'

function withoutPassword(text: string, variable: Variable): string {
  const isUrl = variable.credentials === true || text.includes('://')
  return isUrl ? text.replace(/^([a-z+]+:\/\/)?.*@/is, '$1***@') : text
}

/** Returns true if a variable may be given as the path of a file, in `<name>_FILE`. */
export function mayBeFile(variable: Variable): boolean {
  return variable.secret === true || variable.credentials === true
}

function secretInFile(env: NodeJS.ProcessEnv, name: string, file: string): string {
  if (env[name]) {
    throw new PipelineError('bad-config', `${name} and ${name}_FILE are both set`, {
      todo: 'Unset one of the two.',
    })
  }
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    throw new PipelineError('bad-config', `${name}_FILE names ${file}, which cannot be read`, {
      todo: 'Check that the file exists and that the user of this process may read it.',
      cause: error,
    })
  }
}
