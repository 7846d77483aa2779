/**
 * Well-known hosts: those that hold repositories of many owners, and the repositories behind vanity paths. The entries were
 * checked against the `go-import` tags and READMEs of the projects, and name a moved project's current address. A path without
 * an entry is still parsed; its project then has one name less.
 */

/** Code hosts with public registration: `host/owner/repository`. */
export const FORGE_HOSTS: ReadonlySet<string> = new Set([
  '0xacab.org',
  'bitbucket.org',
  'code.forgejo.org',
  'code.rocketnine.space',
  'codeberg.org',
  'dev.azure.com',
  'framagit.org',
  'git.openstack.org',
  'git.sr.ht',
  'gitcode.com',
  'gitea.com',
  'gitee.com',
  'github.com',
  'gitlab.com',
  'gitlab.freedesktop.org',
  'gitlab.gnome.org',
  'invent.kde.org',
  'jihulab.com',
  'notabug.org',
  'opendev.org',
  'salsa.debian.org',
  'tildegit.org',
])

/** First labels that identify a self-hosted forge, `git.example.org/owner/repository`. */
export const FORGE_LABELS: ReadonlySet<string> = new Set(['forgejo', 'git', 'gitea', 'gitlab', 'gogs'])

/** Domains whose subdomains belong to different parties: the owner is one label longer than the domain. */
export const SHARED_DOMAINS: ReadonlySet<string> = new Set([
  'appspot.com',
  'codeberg.page',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'netlify.app',
  'onrender.com',
  'pages.dev',
  'sourceforge.io',
  'vercel.app',
  'web.app',
  'workers.dev',
])

/** Second-level labels that countries use like a top level (`example.co.uk`). */
export const COUNTRY_SECOND_LEVELS: ReadonlySet<string> = new Set([
  'ac',
  'co',
  'com',
  'edu',
  'gov',
  'net',
  'org',
])

/**
 * Vanity path (a prefix that ends at a `/` or at the end of the path) → `host/owner` or `host/owner/repository`. With an
 * owner alone, the repository is the next element of the path. The longest prefix wins.
 */
export const VANITY_REPOSITORIES: ReadonlyMap<string, string> = new Map([
  ['aead.dev', 'github.com/aead'],
  ['atomicgo.dev', 'github.com/atomicgo'],
  ['bazil.org', 'github.com/bazil'],
  ['buf.build/go', 'github.com/bufbuild'],
  ['cel.dev/expr', 'github.com/google/cel-spec'],
  ['cirello.io', 'github.com/cirello-io'],
  ['cloud.google.com/go', 'github.com/googleapis/google-cloud-go'],
  ['code.cloudfoundry.org', 'github.com/cloudfoundry'],
  ['code.gitea.io/gitea', 'github.com/go-gitea/gitea'],
  ['code.gitea.io/sdk', 'gitea.com/gitea/go-sdk'],
  ['connectrpc.com/connect', 'github.com/connectrpc/connect-go'],
  ['contrib.go.opencensus.io', 'github.com/census-ecosystem'],
  ['cosmossdk.io', 'github.com/cosmos/cosmos-sdk'],
  ['cuelang.org/go', 'github.com/cue-lang/cue'],
  ['dario.cat/mergo', 'github.com/darccio/mergo'],
  ['emperror.dev', 'github.com/emperror'],
  ['entgo.io/ent', 'github.com/ent/ent'],
  ['filippo.io', 'github.com/filosottile'],
  ['firebase.google.com/go', 'github.com/firebase/firebase-admin-go'],
  ['fyne.io/fyne', 'github.com/fyne-io/fyne'],
  ['gioui.org', 'github.com/gioui/gio'],
  ['go.elastic.co', 'github.com/elastic'],
  ['go.etcd.io', 'github.com/etcd-io'],
  ['go.mau.fi', 'github.com/tulir'],
  ['go.mongodb.org/mongo-driver', 'github.com/mongodb/mongo-go-driver'],
  ['go.mozilla.org/pkcs7', 'github.com/mozilla-services/pkcs7'],
  ['go.opencensus.io', 'github.com/census-instrumentation/opencensus-go'],
  ['go.opentelemetry.io/collector', 'github.com/open-telemetry/opentelemetry-collector'],
  ['go.opentelemetry.io/contrib', 'github.com/open-telemetry/opentelemetry-go-contrib'],
  ['go.opentelemetry.io/otel', 'github.com/open-telemetry/opentelemetry-go'],
  ['go.opentelemetry.io/proto', 'github.com/open-telemetry/opentelemetry-proto-go'],
  ['go.starlark.net', 'github.com/google/starlark-go'],
  ['go.step.sm', 'github.com/smallstep'],
  ['go.temporal.io/api', 'github.com/temporalio/api-go'],
  ['go.temporal.io/sdk', 'github.com/temporalio/sdk-go'],
  ['go.uber.org', 'github.com/uber-go'],
  ['go.yaml.in/yaml', 'github.com/yaml/go-yaml'],
  ['gocloud.dev', 'github.com/google/go-cloud'],
  ['goftp.io/server', 'gitea.com/goftp/server'],
  ['golang.org/x', 'github.com/golang'],
  ['gomodules.xyz', 'github.com/gomodules'],
  ['gonum.org/v1', 'github.com/gonum'],
  ['google.golang.org/api', 'github.com/googleapis/google-api-go-client'],
  ['google.golang.org/appengine', 'github.com/golang/appengine'],
  ['google.golang.org/genproto', 'github.com/googleapis/go-genproto'],
  ['google.golang.org/grpc', 'github.com/grpc/grpc-go'],
  ['google.golang.org/protobuf', 'github.com/protocolbuffers/protobuf-go'],
  ['gorm.io', 'github.com/go-gorm'],
  ['gorm.io/driver', 'github.com/go-gorm'],
  ['gorm.io/plugin', 'github.com/go-gorm'],
  ['gotest.tools', 'github.com/gotestyourself/gotest.tools'],
  ['gvisor.dev/gvisor', 'github.com/google/gvisor'],
  ['helm.sh', 'github.com/helm'],
  ['honnef.co/go/tools', 'github.com/dominikh/go-tools'],
  ['howett.net/plist', 'github.com/dhowett/go-plist'],
  ['istio.io', 'github.com/istio'],
  ['jaytaylor.com', 'github.com/jaytaylor'],
  ['k8s.io', 'github.com/kubernetes'],
  ['knative.dev', 'github.com/knative'],
  ['kubevirt.io', 'github.com/kubevirt'],
  ['layeh.com', 'github.com/layeh'],
  ['lukechampine.com', 'github.com/lukechampine'],
  ['modernc.org', 'gitlab.com/cznic'],
  ['moul.io', 'github.com/moul'],
  ['mvdan.cc', 'github.com/mvdan'],
  ['nhooyr.io/websocket', 'github.com/coder/websocket'],
  ['oras.land', 'github.com/oras-project'],
  ['pgregory.net/rapid', 'github.com/flyingmutant/rapid'],
  ['rsc.io', 'github.com/rsc'],
  ['sigs.k8s.io', 'github.com/kubernetes-sigs'],
  ['storj.io', 'github.com/storj'],
  ['tailscale.com', 'github.com/tailscale/tailscale'],
  ['tags.cncf.io/container-device-interface', 'github.com/cncf-tags/container-device-interface'],
  ['vitess.io/vitess', 'github.com/vitessio/vitess'],
  ['xorm.io', 'gitea.com/xorm'],
  ['zombiezen.com/go/sqlite', 'github.com/zombiezen/go-sqlite'],
])

/**
 * Widely used projects that moved or have an official successor: old `host/owner/repository` → current one. The list is
 * short; the caller supplies other moves, because it can ask the host for a redirect.
 */
export const MOVED_REPOSITORIES: ReadonlyMap<string, string> = new Map([
  ['github.com/coreos/bbolt', 'github.com/etcd-io/bbolt'],
  ['github.com/coreos/etcd', 'github.com/etcd-io/etcd'],
  ['github.com/go-redis/redis', 'github.com/redis/go-redis'],
  ['github.com/go-yaml/yaml', 'github.com/yaml/go-yaml'],
  ['github.com/imdario/mergo', 'github.com/darccio/mergo'],
  ['github.com/square/go-jose', 'github.com/go-jose/go-jose'],
  ['github.com/uber/jaeger-client-go', 'github.com/jaegertracing/jaeger-client-go'],
])
