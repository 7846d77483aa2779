/** A server slower than this for {@link LOW_SPEED_SECONDS} is given up. */
const LOW_SPEED_BYTES_PER_SECOND = 1000
const LOW_SPEED_SECONDS = 30

/** The network that a git job may use: one scheme, and for http(s) one address, resolved before. */
export interface GitRemote {
  /** The address that git is given, after rewriting; carries no user name or password. */
  url: string
  scheme: 'https' | 'http' | 'file'
  /** `host:port:address` for curl, so that git cannot be led to another address; null if any address will do. */
  pin: string | null
}

/** Folders in which git may be installed; the caller's PATH is not trusted. */
export const GIT_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'

/**
 * The whole environment of a git process: nothing of ours or the machine's is passed on, so no credentials, proxies,
 * hooks, filters or aliases. `jobDir` holds the only configuration file and all temporary files.
 */
export function gitEnvironment(jobDir: string, remote: GitRemote): Record<string, string> {
  return {
    PATH: GIT_PATH,
    LC_ALL: 'C',
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    TMPDIR: jobDir,
    GIT_DIR: `${jobDir}/git`,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: `${jobDir}/gitconfig`,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: remote.scheme,
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: '/bin/false',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CEILING_DIRECTORIES: '/',
  }
}

/**
 * The one configuration file that git sees. It is the "global" one, so it also reaches the `git-upload-pack` that serves a
 * local folder, where it outranks nothing of that folder's own configuration but supplies what ownership checks ask for.
 *
 * core.bigFileThreshold is left alone on purpose: `git archive` writes larger files unconverted, and Go runs it with
 * git's default of 512 MiB.
 */
export function gitConfigFile(remote: GitRemote, userAgent?: string): string {
  const lines = [
    '[protocol]',
    'version = 2',
    'allow = never',
    `[protocol "${remote.scheme}"]`,
    'allow = always',
    '[core]',
    'hooksPath = /dev/null',
    'fsmonitor = false',
    'symlinks = false',
    'attributesFile = /dev/null',
    'excludesFile = /dev/null',
    'packedGitWindowSize = 16m',
    'packedGitLimit = 256m',
    '[credential]',
    'helper =',
    '[http]',
    'followRedirects = false',
    `lowSpeedLimit = ${LOW_SPEED_BYTES_PER_SECOND}`,
    `lowSpeedTime = ${LOW_SPEED_SECONDS}`,
    ...(remote.pin === null ? [] : [`curloptResolve = ${remote.pin}`]),
    ...(userAgent === undefined ? [] : [`userAgent = ${quoted(userAgent)}`]),
    '[fetch]',
    'recurseSubmodules = false',
    'writeCommitGraph = false',
    'negotiationAlgorithm = noop',
    '[transfer]',
    'unpackLimit = 1',
    'bundleURI = false',
    '[submodule]',
    'recurse = false',
    '[gc]',
    'auto = 0',
    '[maintenance]',
    'auto = false',
    '[pack]',
    'threads = 1',
    'windowMemory = 64m',
    '[index]',
    'threads = 1',
    ...(remote.scheme === 'file' ? LOCAL_SERVER_LINES : []),
  ]
  return `${lines.join('\n')}\n`
}

/** A value in git's configuration syntax. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll(/\p{Cc}/gu, ' ')}"`
}

/** Settings of the upload-pack that git starts on a local folder: serve any object, filtered, from a folder of any owner. */
const LOCAL_SERVER_LINES = [
  '[uploadpack]',
  'allowFilter = true',
  'allowAnySHA1InWant = true',
  '[safe]',
  'directory = *',
]
