// What the service says of real repositories, of copies of them that re-enact attacks, and of honest copies:
// `npm run bench:evaluate -- --repositories FOLDER [--modules N] [--versions N]`. FOLDER holds bare repositories, each in a
// folder OWNER+NAME (GitHub). Needs git and go; nothing leaves this machine, and nothing of the repositories is compiled or run.
// With MIRRORWATCH_TEST_DATA also the shapes of a red team are tried. Uses DATABASE_URL (an empty database) if it is set, else the embedded store. Exit code 1 if an expectation fails.
import { parseArgs } from 'node:util'
import { readShapes } from '@mirrorwatch/testing/go/code-shapes'
import {
  publishAttacks,
  publishFurther,
  publishRewritten,
  publishShapes,
  rewriteTags,
} from './evaluate/attacks.ts'
import { publishControls, publishToolForks } from './evaluate/controls.ts'
import { type Judged, judge } from './evaluate/judge.ts'
import { LATE_SHAPES } from './evaluate/late-shapes.ts'
import { readOriginals } from './evaluate/originals.ts'
import { SHAPES } from './evaluate/payloads.ts'
import { printAlerts, printAttacks, printFailures, printHonest } from './evaluate/print.ts'
import type { ExportedFinding, Original, Subject } from './evaluate/types.ts'
import { openWorkplace, type Workplace } from './evaluate/workplace.ts'

/** Originals that are copied: enough for every placement of every shape. */
const COPIED = 12
/** Build tools: they run programs, which is what they are for. */
const TOOLS = ['magefile/mage', 'go-task/task', 'goreleaser/goreleaser', 'air-verse/air']
/** Beyond this a repository's copies say nothing new and cost much. */
const MOST_COPIED_VERSIONS = 1

const { values } = parseArgs({
  options: {
    repositories: { type: 'string' },
    modules: { type: 'string', default: '1000' },
    copied: { type: 'string', default: String(COPIED) },
    versions: { type: 'string', default: '2' },
  },
})
if (values.repositories === undefined) throw new Error('--repositories FOLDER is needed')

const now = new Date()
const all = await readOriginals(values.repositories, Number(values.versions))
const isTool = ({ repository }: Original): boolean => TOOLS.some((tool) => repository.endsWith(`/${tool}`))
const originals = [...all.filter(isTool), ...all.filter((each) => !isTool(each))].slice(
  0,
  Number(values.modules),
)
await using place = await openWorkplace()
for (const { repository, directory } of originals) place.link(repository, directory)

const real = await listed(place, originals.flatMap(asSubjects))
const told = (what: string, since: number): void =>
  console.log(`${what}: ${((performance.now() - since) / 1000).toFixed(0)} s`)
await scan('first scan, originals', real, false)
const early = await findings()

const data = process.env['MIRRORWATCH_TEST_DATA']
const redTeam = data === undefined ? [] : readShapes(data)
const made = performance.now()
const copied = originals.filter(worthCopying).slice(0, Number(values.copied))
const rewritten = await publishRewritten(place, copied, now)
const copies = await listed(place, [
  ...(await publishAttacks(place, copied, now)),
  // Applications mention their own path in most files: a renamed copy has few equal ones.
  ...(await publishAttacks(place, originals.filter(isTool), now, SHAPES.slice(0, 2))),
  ...(await publishFurther(place, copied, now)),
  ...(await publishShapes(place, copied, now, redTeam, 'red team shape')),
  ...(await publishShapes(place, copied, now, LATE_SHAPES, 'late shape')),
  ...rewritten.subjects,
  ...(await publishControls(place, copied, now)),
  ...(await publishToolForks(place, originals.filter(isTool), now)),
])
await rewriteTags(place, rewritten.copies)
told(`${copies.length} copies made`, made)
await scan('second scan, copies', copies, true)
const afterwards = await findings()

const judged = [...real, ...copies].map((subject) => judge(subject, afterwards))
const alone = real.filter(({ group }) => group === 'alone').map((subject) => judge(subject, early))
process.exitCode = report(alone, judged)

function report(alone: readonly Judged[], judged: readonly Judged[]): number {
  const of = (...groups: string[]): Judged[] => judged.filter(({ subject }) => groups.includes(subject.group))
  printAttacks('Attacks re-enacted', of('attack'))
  printAttacks('Attacks re-enacted, by placement', of('attack').map(byPlacement))
  printAttacks('Tag rewritten to clean code after the zip was made', of('rewritten tag'))
  printAttacks('Further shapes (for information)', of('further shape'))
  printAttacks('Shapes of a red team (MIRRORWATCH_TEST_DATA)', of('red team shape'))
  printAttacks('Shapes written after the rules', of('late shape'))
  printHonest('Honest copies', of('control', 'real fork', 'honest shape'))
  printHonest('Real modules, before the copies', alone)
  printHonest('Real modules, scanned with the copies', of('alone'))
  printAlerts([...alone, ...of('control', 'real fork', 'honest shape')])
  const expected = [
    ...alone,
    ...of('attack', 'rewritten tag', 'control', 'real fork', 'honest shape', 'alone'),
  ]
  const failed = expected.filter(({ failures }) => failures.length > 0)
  console.log(`\n${failed.length} of ${expected.length} expectations failed`)
  printFailures(failed)
  console.log('\nFurther shapes that are not shown in full:')
  printFailures(of('further shape'))
  console.log('\nShapes of the red team, and shapes written after the rules, that are missed:')
  printFailures(of('red team shape', 'late shape'))
  return failed.length === 0 ? 0 : 1
}

function byPlacement(row: Judged): Judged {
  return { ...row, subject: { ...row.subject, kind: row.subject.placement ?? '' } }
}

function asSubjects({ repository, versions, forkOf }: Original): Subject[] {
  return versions.map(({ module, version, at }) => ({
    group: forkOf === null ? 'alone' : 'real fork',
    kind:
      forkOf === null
        ? TOOLS.some((tool) => repository.endsWith(tool))
          ? 'build tool'
          : 'module'
        : 'real fork',
    module,
    version,
    at,
    original: forkOf,
    quote: null,
    folded: null,
    placement: null,
  }))
}

/** Libraries of a moderate size, with more than one version. */
function worthCopying({ versions, forkOf, repository }: Original): boolean {
  const tool = TOOLS.some((each) => repository.endsWith(`/${each}`))
  return forkOf === null && !tool && versions.length > MOST_COPIED_VERSIONS
}

/** Zips made by the go command; what it refuses is said and left out. */
async function listed(place: Workplace, subjects: readonly Subject[]): Promise<Subject[]> {
  const key = ({ module, version }: Subject): string => `${module}@${version}`
  const results = await place.download(subjects.map(key))
  return subjects.flatMap((subject) => {
    const result = results.get(key(subject))
    if (result !== undefined && 'version' in result) return [{ ...subject, version: result.version }]
    console.log(
      `left out: ${key(subject)}: ${result?.error.split('\n')[0] ?? 'the go command did not answer'}`,
    )
    return []
  })
}

async function scan(what: string, subjects: readonly Subject[], late: boolean): Promise<void> {
  const started = performance.now()
  // A feed only grows at its end: what is published between the scans is listed after what was there.
  const published = late ? Date.now() - 3_600_000 : 0
  for (const [i, { module, version, at }] of subjects.entries())
    place.feed.add({ path: module, version, at: BigInt(late ? published + i : at.getTime()) * 1000n })
  const { code, stderr } = await place.mirrorwatch(['scan', '--since', '2009-01-01'])
  console.log(stderr.trimEnd())
  if (code === 2) throw new Error(`scan ended with ${code}`)
  told(`${what}, ${subjects.length} versions`, started)
}

async function findings(): Promise<ExportedFinding[]> {
  const { code, stdout, stderr } = await place.mirrorwatch(['findings', 'export', '--format', 'json'])
  if (code === 2) throw new Error(`findings export ended with 2: ${stderr}`)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExportedFinding)
}
