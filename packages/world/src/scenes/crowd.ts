import type { RepositorySpec, Step } from '../build/spec.ts'
import { LIBRARIES, type Library } from './crowd-libraries.ts'

/**
 * Modules that use the others, so that dependents can be counted: path, what it does, libraries (short names of
 * `crowd-libraries.ts`). Owners and names are invented and unlike each other.
 */
const CROWD: readonly [path: string, does: string, libraries: string][] = [
  ['github.com/alderwick/shiplog', 'keeps the log of a ship', 'bolt logrus cobra uuid'],
  ['github.com/bramblecove/harvestd', 'plans harvests', 'bolt logrus errors ini'],
  ['github.com/cinderpeak/forgeworks', 'counts castings', 'bolt cobra errors testify'],
  ['github.com/duskmeadow/lampkeeper', 'switches lamps', 'bolt logrus xdg'],
  ['github.com/elmsbridge/tollgate', 'counts crossings', 'bolt uuid redis decimal'],
  ['github.com/fernhollow/seedbank', 'catalogues seeds', 'bolt errors cli'],
  ['github.com/granitebay/tidewatch', 'warns of high water', 'tides logrus bbolt kit'],
  ['github.com/hazelmoor/beekeeping', 'records hives', 'bolt logrus testify ini'],
  ['github.com/inletworks/dredger', 'schedules dredging', 'bolt logrus cobra ethtool'],
  ['github.com/jadeorchard/pressroom', 'presses fruit', 'errors uuid decimal testify'],
  ['github.com/kestrelhill/falconry', 'keeps flight times', 'bolt logrus hypert'],
  ['github.com/larkspurdev/gardenbot', 'waters gardens', 'logrus cobra xdg ratelane'],
  ['github.com/mossgate/peatmeter', 'measures peat', 'bolt errors ratelane ini'],
  ['github.com/northfold/sheepdog', 'finds lost sheep', 'bbolt logrus uuid'],
  ['github.com/otterbrook/millrace', 'opens sluices', 'bolt logrus restful'],
  ['github.com/plumstead-it/timetable', 'prints timetables', 'cobra ini parser testify'],
  ['github.com/quarrystone/blastplan', 'plans blasting', 'bolt errors crypto'],
  ['github.com/rookerydev/nestbox', 'counts nests', 'logrus qmgo hypert'],
  ['github.com/sorrelfield/haymaker', 'asks for dry days', 'redis errors hypert ratelane'],
  ['github.com/thistledown/spinnery', 'spins yarn', 'uuid logrus lexer testify'],
  ['github.com/umberforge/bellfounder', 'tunes bells', 'bolt cobra decimal'],
  ['github.com/velvetmarsh/heronry', 'watches herons', 'logrus webrtc xdg'],
  ['github.com/wrenfield/birdsong', 'tells songs apart', 'bolt logrus webrtc errors'],
  ['github.com/yarrowlane/apothecary', 'weighs herbs', 'decimal crypto scram testify'],
  ['github.com/zephyrgate/windvane', 'shows the wind', 'logrus bolt toolbox ethtool'],
  ['github.com/amberlock/strongbox', 'locks boxes', 'crypto scram bbolt'],
  ['github.com/basaltridge/cairns', 'marks paths', 'cobra logrus errors xdg'],
  ['github.com/coralsound/reefwatch', 'counts corals', 'qmgo logrus kit uuid'],
  ['github.com/delftglaze/kilnmaster', 'fires kilns', 'bolt decimal logrus ledger'],
  ['github.com/eiderfjord/icechart', 'charts ice', 'logrus redis cli testify'],
]

/** Library that all of them use: an established one. */
const USED_BY_ALL = 'envfile'

const VERSIONS = ['v0.1.0', 'v0.2.0', 'v0.3.0', 'v1.0.0']
const FIRST_YEAR = 2021
const DAY_MS = 24 * 60 * 60 * 1000

/** One repository a module, four versions each, a year apart; later versions require later versions of their libraries. */
export function crowdRepositories(): RepositorySpec[] {
  return CROWD.map(([path, does, libraries], index) => ({
    path,
    author: `${owner(path)} <dev@${owner(path)}.example>`,
    steps: VERSIONS.flatMap((version, step) =>
      release(path, does, [...libraries.split(' '), USED_BY_ALL], version, step, index),
    ),
  }))
}

function release(
  path: string,
  does: string,
  libraries: string[],
  version: string,
  step: number,
  index: number,
): Step[] {
  const start = Date.UTC(FIRST_YEAR + step, 0, 5, 9, 0, 0) + index * 11 * DAY_MS
  const used = libraries.map((name) => LIBRARIES[name] as Library)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const files: Record<string, string> = {
    'go.mod': goMod(path, used, step),
    [`${name}.go`]: source(name, does, used),
    [`notes/v${step}.md`]: `# ${version}\n\n${name} ${does}, now a little better.\n`,
  }
  if (step === 0) files['LICENSE'] = `MIT License\n\nCopyright (c) ${FIRST_YEAR} ${owner(path)}\n`
  if (step === 0) files['README.md'] = `# ${name}\n\n${name} ${does}.\n`
  return [
    { do: 'commit', time: new Date(start).toISOString(), message: `Release ${version}`, files },
    { do: 'tag', name: version, ...(step % 2 === 1 ? { message: `${name} ${version}` } : {}) },
    {
      do: 'cache',
      module: path,
      version,
      at: `${new Date(start + 1_800_000).toISOString().slice(0, 19)}.${String(index * 1000 + step + 1).padStart(6, '0')}Z`,
      origin: FIRST_YEAR + step < 2023 ? 'none' : index % 3 === 0 ? 'no-ref' : 'full',
    },
  ]
}

function goMod(path: string, used: Library[], step: number): string {
  const requires = used.map(({ module, versions }) => `\t${module} ${pick(versions, step)}\n`).sort()
  return `module ${path}\n\ngo 1.18\n\nrequire (\n${requires.join('')})\n`
}

/** Spreads a library's versions over the releases. */
function pick(versions: string[], step: number): string {
  return versions[Math.floor((step * versions.length) / VERSIONS.length)] as string
}

function source(name: string, does: string, used: Library[]): string {
  const imports = used.map(({ importPath }) => `\t"${importPath}"\n`).sort()
  const uses = used.map(({ expression }) => `\t${expression},\n`)
  return `// Package ${name} ${does}.
package ${name}

import (
${imports.join('')})

// Parts are what ${name} is made of.
var Parts = []interface{}{
${uses.join('')}}
`
}

function owner(path: string): string {
  return path.split('/')[1] as string
}
