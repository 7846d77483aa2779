/** A verdict in the spelling of `verify --json`. */
export type ExpectedVerdict =
  | 'same'
  | 'differs'
  | 'tag-moved'
  | 'tag-missing'
  | 'repository-missing'
  | 'unverifiable'
type ExpectedSeverity = 'critical' | 'high' | 'medium' | 'low' | 'info'

/** Expected result of a scan of the demo world for one module. */
export interface DemoExpectation {
  /** Case that the module demonstrates. */
  shows: string
  /** The module that it imitates or is mistaken for. */
  target?: string
  /** Verdicts by version. Versions without one are `same`. */
  verdicts?: Readonly<Record<string, ExpectedVerdict>>
  atLeast?: ExpectedSeverity
  atMost?: ExpectedSeverity
  /** The mirror answers 403; only the checksum database still knows what it was. */
  blocked?: true
  /** Other module path that its go.mod declares. The module cannot be imported by its own path. */
  keepsPath?: string
}

const attacks: Record<string, DemoExpectation> = {
  'github.com/boltdb-go/bolt': {
    shows: 'armed, cached in 2021 without Origin, then the tag was rewritten to clean code',
    target: 'github.com/boltdb/bolt',
    verdicts: { 'v1.3.1': 'tag-moved' },
    atLeast: 'critical',
  },
  'github.com/siruspen/logrus': {
    shows: 'owner with two letters swapped, armed copy',
    target: 'github.com/sirupsen/logrus',
    atLeast: 'critical',
  },
  'github.com/utfave/cli': {
    shows: 'owner typo that the mirror itself refuses; repository deleted',
    target: 'github.com/urfave/cli',
    verdicts: { 'v1.22.5': 'repository-missing' },
    atLeast: 'critical',
    blocked: true,
  },
  'github.com/shallowmulti/hypert': {
    shows: 'clone by a throw-away owner, payload in a package variable, command put together from letters',
    target: 'github.com/areknoster/hypert',
    atLeast: 'high',
  },
  'github.com/belatedplanet/hypert': {
    shows: 'the same clone by a second owner two days later: a campaign',
    target: 'github.com/areknoster/hypert',
    atLeast: 'high',
  },
  'github.com/vexedorchard/ratelane': {
    shows: 'clone with a downloader in init(), address hidden by byte arithmetic',
    target: 'github.com/copperleaf/ratelane',
    atLeast: 'high',
  },
  'github.com/qiniiu/qmgo': {
    shows: 'owner with a letter doubled, armed copy, repository gone',
    target: 'github.com/qiniu/qmgo',
    verdicts: { 'v1.1.8': 'repository-missing' },
    atLeast: 'critical',
  },
  'github.com/shopsprint/decimal': {
    shows: 'clean copy for years, armed in its second version by a DNS record',
    target: 'github.com/shopspring/decimal',
    atLeast: 'critical',
  },
  'github.com/xinfeisoft/crypto': {
    shows: 'clone of a vanity path’s repository that sends passwords away, not on import',
    target: 'golang.org/x/crypto',
    atLeast: 'medium',
  },
}

const honest: Record<string, DemoExpectation> = {
  'github.com/adrg/xdg': {
    // Workflows act on everyone who builds the repository, so a changed one is no harmless file.
    shows: 'honest re-tag: read-me and CI only',
    verdicts: { 'v0.5.1': 'tag-moved' },
    atMost: 'medium',
  },
  'github.com/safchain/ethtool': {
    shows: 'honest re-tag that changed a source file, without anything that acts; cached without Origin',
    verdicts: { 'v0.2.0': 'tag-moved' },
    atLeast: 'medium',
    atMost: 'medium',
  },
  'github.com/copperleaf/ratelane': {
    shows: 'pseudo-version of a commit that no branch or tag reaches, as a fork’s commit is',
    atLeast: 'low',
    atMost: 'low',
  },
  'github.com/harrowgate/envfile': { shows: 'honest library that many use', atMost: 'low' },
  'github.com/ironquay/beacon': {
    shows: 'honest module whose old tag was deleted',
    verdicts: { 'v0.3.0': 'tag-missing' },
    atMost: 'low',
  },
  'github.com/ironquay/oldpier': {
    shows: 'honest module whose repository was deleted',
    verdicts: { 'v1.0.0': 'repository-missing' },
    atMost: 'low',
  },
  'github.com/ironquay/vaultsync': {
    shows: 'repository that became private (401)',
    verdicts: { 'v0.1.0': 'repository-missing' },
    atMost: 'low',
  },
  'github.com/Sirupsen/logrus': {
    shows: 'same repository, other case',
    target: 'github.com/sirupsen/logrus',
    atMost: 'low',
  },
  'github.com/harborline/logrus': {
    shows: 'fork for use through replace',
    target: 'github.com/sirupsen/logrus',
    keepsPath: 'github.com/sirupsen/logrus',
    atMost: 'low',
  },
  'go.etcd.io/bbolt': {
    shows: 'successor with code that it added',
    target: 'github.com/boltdb/bolt',
    atMost: 'low',
  },
  'github.com/coreos/bbolt': {
    shows: 'old address of a moved project, redirected',
    target: 'go.etcd.io/bbolt',
    atMost: 'low',
  },
  'github.com/xdg/scram': {
    shows: 'author moved to an organisation, redirected; pseudo-version',
    target: 'github.com/xdg-go/scram',
    atMost: 'low',
  },
  'github.com/pions/webrtc': {
    shows: 'project dropped a letter of its name, redirected',
    target: 'github.com/pion/webrtc',
    atMost: 'low',
  },
  'github.com/go-redis/redis/v8': { shows: 'before the move', atMost: 'low' },
  'github.com/go-redis/redis/v9': {
    shows: 'moved to redis/go-redis, redirected',
    target: 'github.com/redis/go-redis/v9',
    atMost: 'low',
  },
  'modules.quillhost.example/ledger': {
    shows: '`mod` go-import: a module proxy and no repository',
    verdicts: { 'v1.0.0': 'unverifiable', 'v1.1.0': 'unverifiable' },
    atMost: 'low',
  },
}

const quiet = { atMost: 'low' } as const

/** Modules with unusual directories or git attributes. All are the same in mirror and repository. */
const layouts: Record<string, DemoExpectation> = {
  'github.com/lanternworks/toolbox': { shows: 'root module beside others', ...quiet },
  'github.com/lanternworks/toolbox/log': { shows: 'subdirectory; LICENSE copied, then its own', ...quiet },
  'github.com/lanternworks/toolbox/store': { shows: 'subdirectory with a nested /v2', ...quiet },
  'github.com/lanternworks/toolbox/store/v2': { shows: '/v2 in a subdirectory’s directory', ...quiet },
  'github.com/quillhost/parser': { shows: 'v1 beside a v2 directory', ...quiet },
  'github.com/quillhost/parser/v2': { shows: '/v2 by directory', ...quiet },
  'github.com/quillhost/lexer': { shows: 'v1 on main', ...quiet },
  'github.com/quillhost/lexer/v2': { shows: '/v2 by branch', ...quiet },
  'github.com/quillhost/lexer/v3': { shows: '/v3 by branch', ...quiet },
  'github.com/urfave/cli/v2': { shows: '/v2 by branch of a popular module', ...quiet },
  'gopkg.in/ini.v1': { shows: 'gopkg.in, no go.mod', ...quiet },
  'github.com/emicklei/go-restful': { shows: '+incompatible', ...quiet },
  'github.com/driftwoodlabs/tides': { shows: 'all forms of pseudo-version, pre-release', ...quiet },
  'github.com/marlinspikes/attic': {
    shows: 'eol=crlf, ident, export-*, LFS pointer, symlink, submodule, vendor directories, executable',
    ...quiet,
  },
  'github.com/marlinspikes/attic/inner': { shows: 'nested module', ...quiet },
  'pebble.example/kit': { shows: 'vanity host', ...quiet },
  'pebble.example/kit/geo': { shows: 'subdirectory module of a vanity host', ...quiet },
  'github.com/marloweoak/cron': { shows: 'everyday name', ...quiet },
  'github.com/tesseralabs/cron': { shows: 'everyday name, other project', ...quiet },
  'github.com/tesseralabs/errors': { shows: 'everyday name of a popular module', ...quiet },
  'github.com/juniperpass/client': { shows: 'everyday name', ...quiet },
  'github.com/saltmarsh-io/client': { shows: 'everyday name, other project', ...quiet },
  'github.com/juniperpass/utils': { shows: 'everyday name', ...quiet },
  'github.com/copperleaf/utils': { shows: 'everyday name, other project', ...quiet },
}

/** Expectations by module path. A demo module without one is `same` in all versions and at most low. */
export const demoExpectations: Readonly<Record<string, DemoExpectation>> = {
  ...attacks,
  ...honest,
  ...layouts,
}

/** The verdict to expect of one version. */
export function expectedVerdict(module: string, version: string): ExpectedVerdict {
  return demoExpectations[module]?.verdicts?.[version] ?? 'same'
}
