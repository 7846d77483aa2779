/** A library that the crowd's modules require: how code uses it, and its versions, oldest first. */
export interface Library {
  module: string
  versions: string[]
  /** Import path and a Go expression that needs nothing but it. */
  importPath: string
  expression: string
}

/** Libraries by the short names in `crowd.ts`. Each expression compiles with all listed versions. */
export const LIBRARIES: Readonly<Record<string, Library>> = {
  bolt: library('github.com/boltdb/bolt', 'v1.2.0 v1.3.0 v1.3.1', 'bolt.ErrTxClosed'),
  bbolt: library('go.etcd.io/bbolt', 'v1.3.3 v1.3.6 v1.3.8', 'bbolt.ErrTxClosed'),
  logrus: library('github.com/sirupsen/logrus', 'v1.4.2 v1.8.1 v1.9.0 v1.9.3', 'logrus.InfoLevel'),
  errors: library('github.com/pkg/errors', 'v0.8.1 v0.9.1', 'errors.New("")'),
  uuid: library('github.com/google/uuid', 'v1.0.0 v1.3.0 v1.6.0', 'uuid.New()'),
  testify: library('github.com/stretchr/testify', 'v1.2.2 v1.7.0 v1.9.0', 'assert.Equal', 'assert'),
  cobra: library('github.com/spf13/cobra', 'v1.0.0 v1.6.0 v1.8.1', 'cobra.Command{}'),
  cli: library('github.com/urfave/cli/v2', 'v2.3.0 v2.27.4', 'cli.App{}'),
  xdg: library('github.com/adrg/xdg', 'v0.4.0 v0.5.0 v0.5.3', 'xdg.ConfigHome()'),
  ethtool: library('github.com/safchain/ethtool', 'v0.2.0 v0.3.0', 'ethtool.Modes()'),
  scram: library('github.com/xdg-go/scram', 'v1.0.2 v1.1.2', 'scram.Client{}'),
  redis: library('github.com/redis/go-redis/v9', 'v9.0.2 v9.5.4', 'redis.Get("")'),
  webrtc: library('github.com/pion/webrtc/v3', 'v3.0.0', 'webrtc.Session{}'),
  hypert: library('github.com/areknoster/hypert', 'v0.1.0 v0.2.0', 'hypert.Replay'),
  ratelane: library('github.com/copperleaf/ratelane', 'v1.0.0 v1.1.0', 'ratelane.Burst(1, 1)'),
  qmgo: library('github.com/qiniu/qmgo', 'v1.0.0 v1.1.8', 'qmgo.Config{}'),
  decimal: library('github.com/shopspring/decimal', 'v1.0.0 v1.2.0 v1.3.1', 'decimal.New(1, 0)'),
  crypto: library('golang.org/x/crypto', 'v0.1.0 v0.14.0', 'hkdf.Key(nil, nil)', 'hkdf'),
  ini: library('gopkg.in/ini.v1', 'v1.42.0 v1.63.0 v1.67.0', 'ini.Load("")'),
  restful: library(
    'github.com/emicklei/go-restful',
    'v2.8.0+incompatible v2.9.5+incompatible',
    'restful.Match("", "")',
  ),
  toolbox: library('github.com/lanternworks/toolbox/log', 'v0.2.0 v0.3.0', 'log.Note', ''),
  parser: library('github.com/quillhost/parser/v2', 'v2.0.0', 'parser.Words("", ",")'),
  lexer: library('github.com/quillhost/lexer/v3', 'v3.0.0', 'lexer.Token{}'),
  kit: library('pebble.example/kit', 'v0.9.0 v1.0.0', 'kit.Count("")'),
  ledger: library('modules.quillhost.example/ledger', 'v1.0.0 v1.1.0', 'ledger.Entry{}'),
  envfile: library('github.com/harrowgate/envfile', 'v1.0.0 v1.1.0', 'envfile.Parse("")'),
  tides: library('github.com/driftwoodlabs/tides', 'v0.1.0', 'tides.Minutes'),
}

function library(module: string, versions: string, expression: string, subdirectory = ''): Library {
  return {
    module,
    versions: versions.split(' '),
    importPath: subdirectory === '' ? module : `${module}/${subdirectory}`,
    expression,
  }
}
