/** Tags that a plain `go build` can set: platforms, compilers and tags that the go command adds. */
const POSSIBLE =
  /^(go1\.\d+|aix|android|darwin|dragonfly|freebsd|hurd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|wasip1|windows|zos|unix|386|amd64|amd64p32|arm|armbe|arm64|arm64be|loong64|mips|mipsle|mips64|mips64le|mips64p32|mips64p32le|ppc|ppc64|ppc64le|riscv|riscv64|s390|s390x|sparc|sparc64|wasm|cgo|gc|gccgo|race|msan|asan|boringcrypto|goexperiment\.\w+|(amd64|arm|arm64|ppc64|mips|riscv64|wasm|386)\.\S+)$/

/** Characters of a constraint; a longer one counts as satisfiable. */
const MAX_CONSTRAINT = 1_000

/**
 * Returns whether an ordinary build on some platform can satisfy a `//go:build` expression. A tag that needs `-tags`
 * (`ignore`, `tools`) counts as false; platform tags can be either.
 */
export function canBeBuilt(expression: string): boolean {
  if (expression.length > MAX_CONSTRAINT) return true
  const tokens = expression.match(/&&|\|\||[!()]|[\p{L}\p{N}_.]+/gu) ?? []
  const state = { tokens, at: 0 }
  return parseOr(state, 0).canBeTrue
}

/** Values that an expression can have over all platforms. */
interface Outcome {
  canBeTrue: boolean
  canBeFalse: boolean
}

interface Tokens {
  tokens: readonly string[]
  at: number
}

function parseOr(state: Tokens, depth: number): Outcome {
  let left = parseAnd(state, depth)
  while (state.tokens[state.at] === '||') {
    state.at++
    const right = parseAnd(state, depth)
    left = {
      canBeTrue: left.canBeTrue || right.canBeTrue,
      canBeFalse: left.canBeFalse && right.canBeFalse,
    }
  }
  return left
}

function parseAnd(state: Tokens, depth: number): Outcome {
  let left = parseNot(state, depth)
  while (state.tokens[state.at] === '&&') {
    state.at++
    const right = parseNot(state, depth)
    left = {
      canBeTrue: left.canBeTrue && right.canBeTrue,
      canBeFalse: left.canBeFalse || right.canBeFalse,
    }
  }
  return left
}

function parseNot(state: Tokens, depth: number): Outcome {
  const token = state.tokens[state.at++]
  if (token === undefined || depth > 50) return { canBeTrue: true, canBeFalse: true }
  if (token === '!') {
    const { canBeTrue, canBeFalse } = parseNot(state, depth + 1)
    return { canBeTrue: canBeFalse, canBeFalse: canBeTrue }
  }
  if (token === '(') {
    const inner = parseOr(state, depth + 1)
    if (state.tokens[state.at] === ')') state.at++
    return inner
  }
  return { canBeTrue: POSSIBLE.test(token), canBeFalse: true }
}
