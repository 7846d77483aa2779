/** Variables of the standard library whose value all code of a program uses: replacing one changes what others do. */
const GLOBALS: Readonly<Record<string, RegExp>> = {
  'net/http': /^(DefaultTransport|DefaultClient|DefaultServeMux)$/,
  'crypto/rand': /^Reader$/,
  net: /^DefaultResolver$/,
  os: /^(Stdin|Stdout|Stderr)$/,
  'github.com/golang-jwt/jwt': /^TimeFunc$/,
}

/** Functions that replace such a value. */
const SETTERS: Readonly<Record<string, RegExp>> = {
  'crypto/x509': /^SetFallbackRoots$/,
  'github.com/google/uuid': /^SetRand$/,
  'github.com/gofrs/uuid': /^DefaultGenerator$/,
  'golang.org/x/net/http2': /^ConfigureTransport\w*$/,
}

/** True for a variable that, once assigned to, changes what the rest of the program does. */
export function isReplaceable(path: string, member: string): boolean {
  return Object.hasOwn(GLOBALS, path) && GLOBALS[path]?.test(member) === true
}

/** True for a function that sets such a variable. */
export function isSetter(path: string, member: string): boolean {
  return Object.hasOwn(SETTERS, path) && SETTERS[path]?.test(member) === true
}

/** Variables of the environment that change which code runs, whom it trusts, or through whom it talks. */
const STEERING =
  /^(https?_proxy|all_proxy|no_proxy|ld_\w+|dyld_\w+|go(flags|proxy|sumdb|nosumdb|nosumcheck|insecure|private|noproxy|toolchain|root|path|debug|env)|path|ssl_cert_(file|dir)|cc|cxx|cgo_\w+|node_options|pythonpath|pythonstartup|bash_env|git_(ssh\w*|config\w*|exec_path|proxy_command)|aws_ca_bundle|curl_ca_bundle|requests_ca_bundle|kubeconfig|docker_host)$/i

/** True for arguments of `os.Setenv` that steer other programs or the Go command. */
export function steersOthers(folded: string): boolean {
  return STEERING.test(folded.split(' ')[0] ?? '')
}
