import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Role } from '@mirrorwatch/pipeline/config/web-variables'
import { PipelineError } from '@mirrorwatch/pipeline/errors'

/** A token of the tokens file, without the secret. */
export interface Token {
  /** First digits of its hash: names it in sessions and in the store. */
  id: string
  name: string
  role: Role
  /** RFC 3339. */
  expiresAt: string
}

/** The tokens of a file. It is read again when it changes, so that a token can be taken away without a restart. */
export interface Tokens {
  /** Returns the token with this secret if it is valid at `now`, else null. */
  find(untrustedSecret: string, now: Date): Token | null
  /** Returns true if the token with this id is valid at `now`. */
  isValid(id: string, now: Date): boolean
}

const ID_DIGITS = 16
const PREFIX = 'mw_'
/** 256 random bits need no slow hash. */
const SECRET_BYTES = 32
/** `NAME ROLE EXPIRES sha256:HEX` */
const LINE = /^(\S+)\s+(reader|triage)\s+(\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?)\s+sha256:([0-9a-f]{64})$/
const SECRET = /^mw_[A-Za-z0-9_-]{43}$/
/** Largest tokens file: some ten thousand lines. */
const MAX_FILE_BYTES = 1024 * 1024

/** Makes a token. Returns the secret, which is shown once, and the line for the tokens file. */
export function createToken(name: string, role: Role, expiresAt: Date): { secret: string; line: string } {
  const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
  return { secret, line: `${name} ${role} ${expiresAt.toISOString()} sha256:${hashOf(secret)}` }
}

/** Opens the tokens file. @throws PipelineError `bad-config` if it cannot be read or a line is wrong */
export function openTokens(file: string): Tokens {
  let { stamp, tokens } = read(file)
  const current = (): ReadonlyMap<string, Token> => {
    if (stampOf(file) !== stamp) ({ stamp, tokens } = read(file))
    return tokens
  }
  const valid = (token: Token | undefined, now: Date): Token | null =>
    token === undefined || Date.parse(token.expiresAt) <= now.getTime() ? null : token
  return {
    // The map is asked by hash, so the time that a look-up takes says nothing of the secret.
    find: (untrustedSecret, now) =>
      SECRET.test(untrustedSecret) ? valid(current().get(hashOf(untrustedSecret)), now) : null,
    isValid: (id, now) => {
      const token = [...current().values()].find((each) => each.id === id)
      return valid(token, now) !== null
    },
  }
}

function read(file: string): { stamp: string; tokens: ReadonlyMap<string, Token> } {
  const stamp = stampOf(file)
  return { stamp, tokens: parseTokens(readFileSync(file, 'utf8'), file) }
}

function stampOf(file: string): string {
  try {
    const { mtimeNs, size, ino } = statSync(file, { bigint: true })
    if (size > MAX_FILE_BYTES) throw new Error(`it has more than ${MAX_FILE_BYTES} bytes`)
    return `${ino} ${size} ${mtimeNs}`
  } catch (cause) {
    throw badFile(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/** Parses a tokens file: one token a line; empty lines and those that begin with # are left out. */
function parseTokens(text: string, file: string): Map<string, Token> {
  const tokens = new Map<string, Token>()
  for (const [at, untrimmed] of text.split('\n').entries()) {
    const line = untrimmed.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, name = '', role, expires = '', hash = ''] = LINE.exec(line) ?? []
    if (role === undefined || Number.isNaN(Date.parse(expires)))
      throw badFile(file, `line ${at + 1} is not a token`)
    const id = hash.slice(0, ID_DIGITS)
    tokens.set(hash, { id, name, role: role === 'triage' ? 'triage' : 'reader', expiresAt: expires })
  }
  return tokens
}

function badFile(file: string, fault: string, cause?: unknown): PipelineError {
  return new PipelineError('bad-config', `MIRRORWATCH_WEB_TOKENS_FILE names ${file}: ${fault}`, {
    todo: 'Have "mirrorwatch token" write the file: NAME ROLE EXPIRES sha256:HASH, one a line.',
    cause,
  })
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
