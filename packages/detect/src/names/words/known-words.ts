/** Words that the rules know. */

/** Words that imitators, and sometimes honest people, put before or after a known name to make it look official. */
export const AFFIXES: readonly string[] = [
  'ai', 'api', 'app', 'apps', 'base', 'bot', 'build', 'central', 'cli', 'client', 'cloud', 'code', 'com', 'community',
  'core', 'corp', 'dao', 'dev', 'devs', 'developer', 'developers', 'engineering', 'ext', 'foundation', 'framework', 'get',
  'git', 'github', 'global', 'go', 'golang', 'gopher', 'gophers', 'group', 'hq', 'hub', 'inc', 'io', 'kit', 'lab', 'labs',
  'lang', 'lib', 'libs', 'library', 'llc', 'ltd', 'main', 'master', 'mod', 'module', 'modules', 'my', 'net', 'new', 'next',
  'ng', 'official', 'open', 'org', 'oss', 'package', 'packages', 'pkg', 'pkgs', 'plus', 'pro', 'project', 'projects',
  'pub', 'public', 'real', 'release', 'releases', 'repo', 'sdk', 'sec', 'security', 'service', 'services', 'so',
  'software', 'source', 'src', 'stable', 'std', 'studio', 'sys', 'systems', 'team', 'tech', 'the', 'tool', 'tools', 'ts',
  'updates', 'use', 'user', 'utils', 'web', 'works', 'world', 'x', 'xyz',
] // biome-ignore format: a word list

/** Hyphenated words that say "kept for the record" or "part of our project", and that projects really use. */
export const HONEST_AFFIXES: ReadonlySet<string> = new Set([
  'archive', 'archived', 'archives', 'attic', 'backup', 'contrib', 'deprecated', 'examples', 'experimental', 'fork', 'forks',
  'graveyard', 'incubator', 'legacy', 'old', 'playground', 'plugins', 'research', 'retired',
  'samples', 'sandbox', 'sigs', 'vendor',
]) // biome-ignore format: a word list

/** Repository names that many projects choose for themselves: sharing one says nothing. Without separators. */
export const GENERIC_REPOSITORIES: ReadonlySet<string> = new Set(
  `admin agent algorithm algorithms analytics api apis app apps array assert async auth authz aws awesome backend backoff base
  base64 bench benchmark bitset blog bot bots browser btree buffer build bytes cache calendar chat check cli client clients clock cloud
  cmd collections color colors command common compress concurrent conf config configs console container context controller
  convert core counter crawler cron crypto csv data database datastructures date db debug decimal demo deque dev diff discord
  distributed dns docker docs dotenv download driver echo editor email encoding engine env error errors event events example
  examples exec exercises experiments ext file files filter flag flags fmt format frontend fs func functions game gateway
  gen generator geo git github glob go goapi goclient gocommon golang golib golibs gosdk gotest gotools goutil goutils graph graphql grpc hash
  heap hello helloworld helper helpers html http httpclient id image ini io iter ip json jsonpath jsonschema jwt key kit kv learn learngo learning lib libs
  library limiter list log logger logging logs loop lru mail main map maps markdown math message metrics middleware migrate mock
  model models module modules monitor mux mysql net network node notes oauth oauth2 operator optional orm parallel parser path
  pdf pipeline pkg platform playground plugin plugins pool postgres proc process project projects prometheus proto protobuf
  protocol protos proxy pubsub queue quotes rand random rate ratelimit readline redis registry render repo request requests rest result
  retry rest router rpc rss runtime sandbox scheduler schema script scripts sdk search semver server service services session set
  sets shared shell signal slack slice slices socket sort spec sql sqlite sqlx ssh stack starter stats storage store stream string
  strings struct study sync system table tag task tasks telegram template templates term terminal test testing tests text
  time timer todo token toml tool toolkit tools trace tracing tree trie tutorial twitter types ui url user users util utilities utils
  uuid validate validation validator vault version versions vm web webapp webhook website websocket worker workers workflow xml yaml`.split(
    /\s+/,
  ),
)

/**
 * Go's own places: host → the accounts that speak for it elsewhere. An account that spells one of these hosts and is not
 * in its list imitates it.
 */
export const GO_HOSTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['cloud.google.com', ['googleapis', 'googlecloudplatform']],
  ['go.dev', ['golang']],
  ['go.etcd.io', ['etcdio']],
  ['go.opentelemetry.io', ['opentelemetry']],
  ['go.uber.org', ['ubergo', 'uber']],
  ['golang.org', ['golang']],
  ['google.golang.org', ['golang', 'google', 'googleapis']],
  ['gopkg.in', []],
  ['gorm.io', ['gogorm']],
  ['k8s.io', ['kubernetes']],
  ['proxy.golang.org', ['golang']],
  ['sigs.k8s.io', ['kubernetessigs']],
  ['sum.golang.org', ['golang']],
])

const GO_WORDS = ['go', 'golang', 'gopher', 'gophers']
const AUTHORITY_WORDS = ['official', 'org', 'team', 'foundation', 'community', 'inc', 'hq']
const SUPPLY_WORDS = [
  'depot', 'dep', 'deps', 'doc', 'docs', 'get', 'gets', 'getter', 'hub', 'import', 'imports', 'index', 'install', 'lib', 'libs', 'mirror',
  'mod', 'mods', 'module', 'modules', 'package', 'packages', 'pkg', 'pkgs', 'proxies', 'proxy', 'registry', 'repo', 'repos', 'stdlib', 'sum',
  'vendor',
] // biome-ignore format: a word list

/** `gogets`, `golang-modules`, `gocommunity`: the name of a place where Go code comes from, which anybody can register. */
export const COMMUNITY_NAMES: ReadonlySet<string> = new Set(
  GO_WORDS.flatMap((go) =>
    [...SUPPLY_WORDS, ...AUTHORITY_WORDS].flatMap((word) => [go + word, `the${go}${word}`]),
  ),
)

/** Words by which an account claims to be Go itself: `golang-official`, `go-team`. */
export const GO_AUTHORITY_NAMES: ReadonlySet<string> = new Set(
  ['golang', 'go'].flatMap((go) => AUTHORITY_WORDS.map((word) => go + word)),
)
