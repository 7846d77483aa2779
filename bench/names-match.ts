import { createReadStream } from 'node:fs'
import type { Strength } from '@mirrorwatch/detect/types'
import { matchLines } from '@mirrorwatch/pipeline/stages/match/match-pool'
import { builtinAliases } from '@mirrorwatch/pipeline/targets/builtin-targets'
import { readTargetsFile } from '@mirrorwatch/pipeline/targets/read-file'

/**
 * The measured part of `names.ts`: what `mirrorwatch match --targets TARGETS < MODULES` does, with the lines of JSON
 * counted instead of written. Prints {@link Figures}.
 */

export interface Figures {
  paths: number
  candidates: Record<Strength, number>
  /** Size of the JSON output. */
  bytes: number
  /** From the targets' file to the last line, without the start of the process. */
  seconds: number
  /** User and system, of all threads. */
  cpuSeconds: number
  /** The largest resident set that the process ever had. */
  peakBytes: number
}

async function run(modulesFile: string, targetsFile: string, threads: number): Promise<Figures> {
  const candidates = { strong: 0, medium: 0, weak: 0, candidate: 0 }
  const total = { paths: 0, bytes: 0 }
  const cpu = process.cpuUsage()
  const start = performance.now()
  const setup = { targets: await readTargetsFile(targetsFile), aliases: await builtinAliases(), allow: [] }
  for await (const block of matchLines(createReadStream(modulesFile, 'utf8'), setup, { threads })) {
    candidates.strong += block.candidates.strong
    candidates.medium += block.candidates.medium
    candidates.weak += block.candidates.weak
    candidates.candidate += block.candidates.candidate
    total.paths += block.paths
    total.bytes += block.ndjson.length
  }
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...total,
    candidates,
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }
}

const [modulesFile = '', targetsFile = '', threads = '2'] = process.argv.slice(2)
console.log(JSON.stringify(await run(modulesFile, targetsFile, Number(threads))))
