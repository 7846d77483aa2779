import { shannonEntropy } from './entropy.ts'
import { contradicts } from './file-magic.ts'

/** A file that a Go module has little reason to contain. */
export interface UnusualFile {
  path: string
  /**
   * `opens-folder`: an editor or agent acts on it when the folder is opened. `false-extension`: the content is of another kind than
   * the name says. `high-entropy`: packed or encrypted, and the name does not say so.
   */
  kind: 'opens-folder' | 'false-extension' | 'high-entropy'
  /** Description, for display. */
  detail: string
  /** Bytes. */
  size: number
}

interface ReadFile {
  path: string
  content: Uint8Array
}

/** Files named of one module. */
const MAX_UNUSUAL = 50
/** Characters of a settings file that are searched. */
const MAX_SETTINGS = 256 * 1024

/** Finds the files of a module that hide something or act by themselves. `.git` and test data of one repository count alike. */
export function unusualFiles(untrustedFiles: readonly ReadFile[]): UnusualFile[] {
  const found = untrustedFiles.flatMap(({ path, content }): UnusualFile[] => {
    const seen = opensFolder(path, content) ?? contradicts(path, content) ?? isPacked(path, content)
    return seen === null ? [] : [{ path, ...seen, size: content.length }]
  })
  const order = ['opens-folder', 'false-extension', 'high-entropy']
  return found
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.size - a.size)
    .slice(0, MAX_UNUSUAL)
}

interface Opener {
  file: RegExp
  /** Pattern of a text that acts automatically. */
  says: RegExp
  detail: string
}

/** Settings that run a command once the folder is opened or trusted. Their text is searched, since JSON with comments is no JSON. */
const OPENERS: readonly Opener[] = [
  {
    file: /(^|\/)\.vscode\/tasks\.json$/,
    says: /folderOpen/,
    detail: 'VS Code runs its task when the folder is opened',
  },
  {
    file: /\.code-workspace$/,
    says: /folderOpen/,
    detail: 'VS Code runs its task when the folder is opened',
  },
  {
    file: /(^|\/)\.claude\/settings(\.local)?\.json$/,
    says: /"hooks"\s*:|"(apiKeyHelper|statusLine)"/,
    detail: 'Claude Code runs its hooks',
  },
  {
    file: /(^|\/)\.(cursor|gemini|vscode|claude)\/(hooks|mcp)\.json$|(^|\/)\.mcp\.json$/,
    says: /"(command|hooks)"\s*:/,
    detail: 'an agent starts its commands',
  },
  {
    file: /(^|\/)\.gemini\/settings\.json$/,
    says: /"command"\s*:/,
    detail: 'Gemini CLI starts its commands',
  },
  {
    file: /(^|\/)\.devcontainer(\/.*)?\/?devcontainer\.json$|(^|\/)\.devcontainer\.json$/,
    says: /"(initialize|onCreate|updateContent|postCreate|postStart|postAttach)Command"\s*:/,
    detail: 'a dev container runs its command',
  },
  { file: /(^|\/)\.envrc$/, says: /\S/, detail: 'direnv runs it on entering the folder' },
  {
    file: /(^|\/)\.idea\/(workspace|startup|runConfigurations\/.*)\.xml$/,
    says: /ProjectStartup|RunOnStartup/i,
    detail: 'a JetBrains editor runs it at start-up',
  },
  { file: /(^|\/)\.zed\/tasks\.json$/, says: /"hooks"\s*:/, detail: 'Zed runs its task' },
  {
    file: /(^|\/)\.(nvim\.lua|nvimrc|exrc|vimrc|lvimrc)$/,
    says: /\S/,
    detail: 'Vim runs it on entering the folder',
  },
  { file: /(^|\/)\.dir-locals\.el$/, says: /\beval\b/, detail: 'Emacs evaluates it' },
]

function opensFolder(path: string, content: Uint8Array): Pick<UnusualFile, 'kind' | 'detail'> | null {
  const opener = OPENERS.find(({ file }) => file.test(path))
  if (opener === undefined) return null
  const text = Buffer.from(content.subarray(0, MAX_SETTINGS)).toString('utf8')
  return opener.says.test(text) ? { kind: 'opens-folder', detail: opener.detail } : null
}

/** Kinds whose content is packed, and whose names say so. */
const PACKED =
  /\.(png|jpe?g|gif|webp|ico|bmp|avif|heic|gz|tgz|zip|jar|whl|bz2|tbz2?|xz|txz|zst|lz4|lzma|7z|rar|br|z|pdf|woff2?|ttf|otf|eot|mp[34]|m4a|ogg|opus|flac|wav|webm|mov|avi|wasm|docx|xlsx|pptx|odt|epub|deb|rpm|apk|dmg|iso|db|sqlite3?|parquet|pb|bin|dat|snap|enc|gpg|pgp|age|p12|pfx|keystore|der|crt|cer)$/i
/** Bytes from which the entropy of random bytes is well above that of text. */
const MIN_PACKED_BYTES = 2_048
/** Bits a byte. Text has 4 to 5, machine code 6, base64 at most 6, compressed or encrypted bytes more than 7.8. */
const PACKED_BITS = 7.6
/** Bytes that are looked at. */
const SAMPLE_BYTES = 64 * 1024

function isPacked(path: string, content: Uint8Array): Pick<UnusualFile, 'kind' | 'detail'> | null {
  if (content.length < MIN_PACKED_BYTES || PACKED.test(path)) return null
  const bits = shannonEntropy(content.subarray(0, SAMPLE_BYTES))
  return bits < PACKED_BITS ? null : { kind: 'high-entropy', detail: `${bits.toFixed(2)} bits a byte` }
}
