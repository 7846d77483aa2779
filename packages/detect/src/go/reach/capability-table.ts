import type { CapabilityKind } from '../types.ts'

/** Capabilities of one package's members: exact names, or a pattern. The first rule that fits decides. */
interface MemberRule {
  kind: CapabilityKind
  members: RegExp
}

const FILES =
  /^(Create|Open|OpenFile|OpenRoot|ReadFile|WriteFile|Remove|RemoveAll|Rename|Mkdir|MkdirAll|MkdirTemp|CreateTemp|Chmod|Chown|Lchown|Chtimes|Symlink|Link|Truncate|ReadDir|CopyFS|DirFS|Readlink|TempFile|TempDir)$/
/** System calls on files, which bypass the os package. */
const RAW_FILES =
  /^(Open|Openat\d?|Creat|Unlink|Unlinkat|Rename|Renameat\d?|Mkdir|Mkdirat|Symlink|Symlinkat|Link|Linkat|Chmod|Fchmod|Truncate)$/
const ENVIRONMENT =
  /^(Getenv|LookupEnv|Environ|Setenv|Unsetenv|ExpandEnv|Hostname|UserHomeDir|UserConfigDir|UserCacheDir|Getwd|Executable|Getuid|Geteuid|Getpid|Getppid)$/
const ANY = /^[A-Z]/

/** Capabilities by import path. Sources: the standard library's documentation; a few widely used wrappers that would hide it. */
const RULES: Readonly<Record<string, readonly MemberRule[]>> = {
  'os/exec': [{ kind: 'process', members: /^(Command|CommandContext|Cmd)$/ }],
  'golang.org/x/sys/execabs': [{ kind: 'process', members: /^(Command|CommandContext|Cmd)$/ }],
  os: [
    { kind: 'process', members: /^[Ss]tartProcess$/ },
    { kind: 'files', members: FILES },
    { kind: 'environment', members: ENVIRONMENT },
  ],
  'io/ioutil': [{ kind: 'files', members: /^(ReadFile|WriteFile|ReadDir|TempFile|TempDir)$/ }],
  'path/filepath': [{ kind: 'files', members: /^(Walk|WalkDir|Glob)$/ }],
  'os/user': [{ kind: 'environment', members: /^(Current|Lookup\w*)$/ }],
  syscall: [
    {
      kind: 'process',
      members:
        /^(Exec|ForkExec|StartProcess|CreateProcess|CreateProcessAsUser|SYS_EXECVE|SYS_EXECVEAT|forkExec|forkAndExecInChild\w*)$/,
    },
    { kind: 'network', members: /^(Socket|Connect|Sendto|Bind|Listen|Accept|SYS_SOCKET|SYS_CONNECT)$/ },
    { kind: 'files', members: RAW_FILES },
    {
      kind: 'syscall',
      members:
        /^(Syscall\w*|RawSyscall\w*|Mmap|Mprotect|PtraceAttach|NewLazyDLL|LoadLibrary|LoadDLL|MustLoadDLL|Kill|Chroot|Mount|Setuid)$/,
    },
  ],
  'golang.org/x/sys/unix': [
    { kind: 'process', members: /^(Exec|ForkExec|SYS_EXECVE|SYS_EXECVEAT)$/ },
    { kind: 'network', members: /^(Socket|Connect|Sendto|SYS_SOCKET|SYS_CONNECT)$/ },
    { kind: 'files', members: RAW_FILES },
    { kind: 'syscall', members: /^(Syscall\w*|RawSyscall\w*|Mmap|Mprotect|PtraceAttach|MemfdCreate|Kill)$/ },
  ],
  'golang.org/x/sys/windows': [
    { kind: 'process', members: /^(CreateProcess\w*|ShellExecute)$/ },
    {
      kind: 'syscall',
      members:
        /^(NewLazy\w*DLL|LoadLibrary\w*|LoadDLL|MustLoadDLL|VirtualAlloc\w*|VirtualProtect\w*|WriteProcessMemory)$/,
    },
  ],
  'net/http': [
    {
      kind: 'network',
      members: /^(Get|Post|PostForm|Head|NewRequest|NewRequestWithContext|ListenAndServe\w*|Serve|ServeTLS)$/,
    },
  ],
  net: [
    {
      kind: 'network',
      members:
        /^(Dial(Timeout|TCP|UDP|IP|Unix)?|Listen(Packet|TCP|UDP|IP|Unix|Unixgram|MulticastUDP)?|Lookup\w+|Resolve(TCP|UDP|IP)Addr|FileConn)$/,
    },
    { kind: 'environment', members: /^(Interfaces|InterfaceAddrs|InterfaceByName|InterfaceByIndex)$/ },
  ],
  'crypto/tls': [{ kind: 'network', members: /^(Dial\w*|Listen)$/ }],
  'net/smtp': [{ kind: 'network', members: /^(Dial|SendMail|NewClient)$/ }],
  'net/rpc': [{ kind: 'network', members: /^Dial\w*$/ }],
  'net/rpc/jsonrpc': [{ kind: 'network', members: /^Dial$/ }],
  'net/textproto': [{ kind: 'network', members: /^Dial$/ }],
  'log/syslog': [{ kind: 'network', members: /^Dial$/ }],
  'golang.org/x/net/websocket': [{ kind: 'network', members: /^Dial\w*$/ }],
  'golang.org/x/crypto/ssh': [{ kind: 'network', members: /^Dial$/ }],
  'google.golang.org/grpc': [{ kind: 'network', members: /^(Dial|DialContext|NewClient)$/ }],
  'github.com/miekg/dns': [{ kind: 'network', members: /^(Exchange\w*|Dial\w*)$/ }],
  'github.com/valyala/fasthttp': [{ kind: 'network', members: /^(Get\w*|Post|Do\w*|Dial\w*)$/ }],
  'golang.org/x/net/quic': [{ kind: 'network', members: /^(Dial|Listen|NewEndpoint)$/ }],
  'github.com/quic-go/quic-go': [{ kind: 'network', members: /^(Dial\w*|Listen\w*)$/ }],
  'github.com/gorilla/websocket': [{ kind: 'network', members: /^(DefaultDialer|Dialer|NewClient)$/ }],
  'github.com/coder/websocket': [{ kind: 'network', members: /^Dial$/ }],
  'nhooyr.io/websocket': [{ kind: 'network', members: /^Dial$/ }],
  'github.com/go-resty/resty/v2': [{ kind: 'network', members: /^New\w*$/ }],
  'resty.dev/v3': [{ kind: 'network', members: /^New\w*$/ }],
  'github.com/imroc/req/v3': [
    { kind: 'network', members: /^(C|R|Get|Post|Put|MustGet|MustPost|NewClient)$/ },
  ],
  'github.com/levigross/grequests': [{ kind: 'network', members: /^(Get|Post|Put|Req|NewSession)$/ }],
  'github.com/parnurzeal/gorequest': [{ kind: 'network', members: /^New$/ }],
  'github.com/hashicorp/go-retryablehttp': [
    { kind: 'network', members: /^(Get|Post|PostForm|Head|NewClient)$/ },
  ],
  'github.com/hashicorp/go-getter': [{ kind: 'network', members: /^Get\w*$/ }],
  'github.com/cavaliergopher/grab/v3': [{ kind: 'network', members: /^(Get\w*|NewClient)$/ }],
  'github.com/go-cmd/cmd': [{ kind: 'process', members: /^NewCmd\w*$/ }],
  'github.com/codeskyblue/go-sh': [{ kind: 'process', members: /^(Command|NewSession)$/ }],
  'github.com/bitfield/script': [{ kind: 'process', members: /^Exec$/ }],
  'github.com/creack/pty': [{ kind: 'process', members: /^Start\w*$/ }],
  // Functions of the C library, by way of cgo.
  C: [
    { kind: 'process', members: /^(system|popen|execl[ep]?|execv[ep]?|execvpe|fork|vfork|posix_spawnp?)$/ },
    { kind: 'network', members: /^(socket|connect|getaddrinfo|gethostbyname|curl_easy_perform)$/ },
    { kind: 'plugin', members: /^(dlopen|LoadLibrary[AW]?)$/ },
  ],
  plugin: [{ kind: 'plugin', members: /^Open$/ }],
  unsafe: [{ kind: 'unsafe', members: ANY }],
  reflect: [{ kind: 'reflection', members: ANY }],
  embed: [{ kind: 'embed', members: ANY }],
}

/** Methods that reach out, by the package and type of their receiver. */
const METHODS: readonly { path: string; types: readonly string[]; kind: CapabilityKind; methods: RegExp }[] =
  [
    {
      path: 'net/http',
      types: ['Client', 'DefaultClient', 'Transport', 'DefaultTransport', 'Server'],
      kind: 'network',
      methods: /^(Do|Get|Post|PostForm|Head|RoundTrip|ListenAndServe\w*|Serve)$/,
    },
    { path: 'net', types: ['Dialer'], kind: 'network', methods: /^Dial\w*$/ },
    { path: 'net', types: ['ListenConfig'], kind: 'network', methods: /^Listen\w*$/ },
    { path: 'net', types: ['Resolver', 'DefaultResolver'], kind: 'network', methods: /^Lookup\w*$/ },
    { path: 'net/http/cgi', types: ['Handler'], kind: 'process', methods: /^ServeHTTP$/ },
    {
      path: 'os',
      types: ['Root'],
      kind: 'files',
      methods:
        /^(Create|Open|OpenFile|ReadFile|WriteFile|Mkdir|MkdirAll|Remove|RemoveAll|Rename|Chmod|Symlink|Link)$/,
    },
    { path: 'os/exec', types: ['Cmd'], kind: 'process', methods: /^(Run|Start|Output|CombinedOutput)$/ },
  ]

/** Types of variables that packages export, so that `http.DefaultClient.Get` is seen. */
export function capabilityOf(path: string, member: string): CapabilityKind | null {
  const rules = Object.hasOwn(RULES, path) ? RULES[path] : undefined
  return rules?.find((rule) => rule.members.test(member))?.kind ?? null
}

/** Capability of calling `method` on a value of type `path.type`. */
export function methodCapability(path: string, type: string, method: string): CapabilityKind | null {
  const rule = METHODS.find((m) => m.path === path && m.types.includes(type) && m.methods.test(method))
  return rule?.kind ?? null
}

/** True for kinds that are recorded once per file: the import says it all. */
export function oncePerFile(kind: CapabilityKind): boolean {
  return kind === 'unsafe' || kind === 'reflection'
}
