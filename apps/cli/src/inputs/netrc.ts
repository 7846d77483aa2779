import { readFileSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { errorCode } from '@mirrorwatch/gomod/errors'
import { CliError } from '../output/exit.ts'

/** A netrc has some lines for each host. */
const MAX_BYTES = 1 << 20

interface Login {
  login: string
  password: string
}

/**
 * Returns a proxy's URL with the user and password that the user's netrc has for its host, as the go command does. A URL that
 * has a user already, one of another kind, and a host without an entry stay as they are.
 *
 * @throws CliError if the netrc exists and cannot be read
 */
export function withNetrc(proxyUrl: string, env: NodeJS.ProcessEnv): string {
  if (!/^https?:/i.test(proxyUrl) || !URL.canParse(proxyUrl)) return proxyUrl
  const url = new URL(proxyUrl)
  if (url.username !== '' || url.password !== '') return proxyUrl
  const found = parseNetrc(readNetrc(env)).get(url.hostname)
  if (found === undefined) return proxyUrl
  url.username = encodeURIComponent(found.login)
  url.password = encodeURIComponent(found.password)
  return url.href
}

function readNetrc(env: NodeJS.ProcessEnv): string {
  const name = process.platform === 'win32' ? '_netrc' : '.netrc'
  const file = env['NETRC'] || path.join(os.homedir(), name)
  try {
    if (statSync(file).size > MAX_BYTES) throw new CliError(`${file} is larger than 1 MiB`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return ''
    if (error instanceof CliError) throw error
    throw new CliError(`${file} cannot be read (${errorCode(error)})`, {
      cause: error,
      todo: 'Make it readable, or name another with NETRC.',
    })
  }
}

/**
 * Parses a netrc: `machine HOST login USER password SECRET`, in any order and over any lines. The first entry of a host counts;
 * `default` is left out, as Go does, because it would send a password to every host.
 */
export function parseNetrc(untrustedText: string): Map<string, Login> {
  const logins = new Map<string, Login>()
  // A macro ends at an empty line.
  const words = untrustedText.replaceAll(/^\s*macdef .*\n(?:.+\n?)*/gm, '').split(/\s+/)
  let machine: string | null = null
  let entry: Partial<Login> = {}
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === 'machine') [machine, entry] = [words[++i] ?? null, {}]
    else if (word === 'default') [machine, entry] = [null, {}]
    else if (word === 'login') entry.login = words[++i] ?? ''
    else if (word === 'password') entry.password = words[++i] ?? ''
    const { login, password } = entry
    if (machine === null || login === undefined || password === undefined) continue
    if (!logins.has(machine)) logins.set(machine, { login, password })
  }
  return logins
}
