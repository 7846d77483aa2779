import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { PipelineError } from '../errors.ts'

/** Adds the variables of a `.env` file in the current folder to those of the process, which take precedence. */
export function loadEnvironmentFile(): void {
  for (const [name, value] of Object.entries(readEnvironmentFile())) process.env[name] ??= value
}

/** Returns the variables of mirrorwatch that a `.env` file in the current folder sets and this process does not have. */
export function unreadVariables(): string[] {
  return Object.keys(readEnvironmentFile()).filter(
    (name) => /^(?:MIRRORWATCH_|DATABASE_URL)/.test(name) && process.env[name] === undefined,
  )
}

function readEnvironmentFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // Python projects keep a folder of this name.
    if (code === 'ENOENT' || code === 'EISDIR') return {}
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
