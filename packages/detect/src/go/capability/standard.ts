import type { CapabilityKind } from '../types.ts'

/** Capabilities of a package's members by a pattern of their names. The first rule that fits decides. */
export interface MemberRule {
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
/** System calls by number, calls into Windows libraries, and memory that is made executable. */
const NATIVE =
  /^((Raw)?Syscall(\d+|N|NoError)?|NewLazy\w*DLL|LoadLibrary\w*|LoadDLL|MustLoadDLL|NewCallback\w*|VirtualAlloc\w*|VirtualProtect\w*|WriteProcessMemory|CreateRemoteThread|PtraceAttach|MemfdCreate|Mprotect|PROT_EXEC|PAGE_EXECUTE\w*)$/

/** Capabilities by import path, from the standard library's documentation. */
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
        /^(Exec|ForkExec|StartProcess|CreateProcess|CreateProcessAsUser|Reboot|SYS_EXECVE|SYS_EXECVEAT|forkExec|forkAndExecInChild\w*)$/,
    },
    { kind: 'network', members: /^(Socket|Connect|Sendto|Bind|Listen|Accept|SYS_SOCKET|SYS_CONNECT)$/ },
    { kind: 'files', members: RAW_FILES },
    { kind: 'native', members: NATIVE },
    { kind: 'syscall', members: /^(Mmap|Kill|Chroot|Mount|Setuid|Setgid)$/ },
    { kind: 'environment', members: /^(Getenv|Setenv|Environ)$/ },
  ],
  'golang.org/x/sys/unix': [
    { kind: 'process', members: /^(Exec|ForkExec|Reboot|SYS_EXECVE|SYS_EXECVEAT)$/ },
    { kind: 'network', members: /^(Socket|Connect|Sendto|SYS_SOCKET|SYS_CONNECT)$/ },
    { kind: 'files', members: RAW_FILES },
    { kind: 'native', members: NATIVE },
    { kind: 'syscall', members: /^(Mmap|Kill|Chroot|Mount|Setuid|Setgid)$/ },
  ],
  'golang.org/x/sys/windows': [
    { kind: 'process', members: /^(CreateProcess\w*|ShellExecute)$/ },
    { kind: 'native', members: NATIVE },
    { kind: 'persistence', members: /^(CreateService|SetupDi\w+)$/ },
  ],
  'golang.org/x/sys/windows/registry': [
    { kind: 'persistence', members: /^(CreateKey|SET_VALUE|DeleteKey)$/ },
  ],
  'golang.org/x/sys/windows/svc/mgr': [{ kind: 'persistence', members: /^Connect\w*$/ }],
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
  'net/http/httputil': [{ kind: 'network', members: /^(NewSingleHostReverseProxy|NewClientConn)$/ }],
  'crypto/tls': [{ kind: 'network', members: /^(Dial\w*|Listen)$/ }],
  'net/smtp': [{ kind: 'network', members: /^(Dial|SendMail|NewClient)$/ }],
  'net/rpc': [{ kind: 'network', members: /^Dial\w*$/ }],
  'net/rpc/jsonrpc': [{ kind: 'network', members: /^Dial$/ }],
  'net/textproto': [{ kind: 'network', members: /^Dial$/ }],
  'log/syslog': [{ kind: 'network', members: /^Dial$/ }],
  'golang.org/x/net/websocket': [{ kind: 'network', members: /^Dial\w*$/ }],
  'golang.org/x/crypto/ssh': [{ kind: 'network', members: /^Dial$/ }],
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

/** Returns the capability of a member of the standard library, of golang.org/x or of C. */
export function standardCapability(path: string, member: string): CapabilityKind | null {
  const rules = Object.hasOwn(RULES, path) ? RULES[path] : undefined
  return rules?.find((rule) => rule.members.test(member))?.kind ?? null
}

/** Capability of calling `method` on a value of type `path.type`. */
export function methodCapability(path: string, type: string, method: string): CapabilityKind | null {
  const rule = METHODS.find((m) => m.path === path && m.types.includes(type) && m.methods.test(method))
  return rule?.kind ?? null
}
