import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { buildGoOracle, oracleSkip } from '@mirrorwatch/testing/go/go-oracle'
import { type BuiltEntry, type BuiltZip, buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { createRandom, fuzzRuns, type Random } from '@mirrorwatch/testing/random'
import { GomodError } from '../../src/errors.ts'
import { readModuleZip } from '../../src/zip/module-zip.ts'

const OF = { module: 'example.com/m', version: 'v1.0.0' }
const P = 'example.com/m@v1.0.0/'
/** Limits for the reader. No input exceeds some kilobytes, so a larger declared size must stop it early. */
const LIMITS = { maxInflatedBytes: 1_000_000, maxEntries: 100 }
const NAMES = [
  `${P}a.go`,
  `${P}A.go`,
  `${P}go.mod`,
  `${P}LICENSE`,
  `${P}d/x`,
  `${P}d`,
  `${P}d/`,
  P,
  `${P}sub/go.mod`,
  `${P}../x`,
  `${P}é`,
  'x',
  '',
]
const BOMB = deflateRawSync(Buffer.alloc(4_000_000))
const NUMBERS = [0, 1, 2, 21, 22, 46, 0xffff, 0x10000, 0x7fffffff, 0xfffffffe, 0xffffffff]

function randomZip(random: Random): Buffer {
  const zip: BuiltZip = { entries: Array.from({ length: random.int(5) }, () => randomEntry(random)) }
  if (random.chance(0.1)) zip.comment = randomBytes(random, 40)
  if (random.chance(0.1)) zip.zip64 = random.chance(0.7) ? true : { entries: random.pick(NUMBERS) }
  if (random.chance(0.05)) zip.end = { size: random.pick(NUMBERS) }
  if (random.chance(0.05)) zip.end = { start: random.pick(NUMBERS) }
  if (random.chance(0.05)) zip.end = { entries: random.int(6) }
  if (random.chance(0.05)) zip.before = randomBytes(random, 30)
  if (random.chance(0.05)) zip.gap = randomBytes(random, 30)
  if (random.chance(0.05)) zip.defer = random.chance(0.5)
  return mutate(random, buildZip(zip))
}

function randomEntry(random: Random): BuiltEntry {
  const entry: BuiltEntry = {
    name: random.chance(0.8) ? `${P}f${random.int(1000)}` : random.pick(NAMES),
    content: randomBytes(random, random.pick([0, 1, 10, 300])),
  }
  if (random.chance(0.3)) entry.method = 0
  if (random.chance(0.2)) entry.flags = random.pick([8, 0x800, 0x808, 1])
  if (random.chance(0.02)) entry.data = BOMB
  if (random.chance(0.05)) entry.method = random.pick([9, 12, 99])
  if (random.chance(0.05)) entry.claimed = { size: random.pick(NUMBERS) }
  if (random.chance(0.05)) entry.claimed = { offset: random.pick(NUMBERS) }
  if (random.chance(0.05)) entry.claimed = { compressedSize: random.pick(NUMBERS) }
  if (random.chance(0.1)) entry.extra = randomBytes(random, 20)
  if (random.chance(0.05)) entry.local = { extra: randomBytes(random, 20) }
  if (random.chance(0.03)) entry.onlyInDirectory = true
  return entry
}

function mutate(random: Random, bytes: Buffer): Buffer {
  let result = bytes
  for (let changes = random.pick([0, 0, 1, 1, 2, 5]); changes > 0 && result.length > 0; changes--) {
    const at = random.int(result.length)
    switch (random.int(5)) {
      case 0:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + 1 + random.int(10))])
        break
      case 1:
        result = Buffer.concat([result.subarray(0, at), randomBytes(random, 8), result.subarray(at)])
        break
      case 2:
        result = result.subarray(0, at)
        break
      default:
        result[at] = random.chance(0.5) ? random.int(256) : (result[at] ?? 0) ^ (1 << random.int(8))
    }
  }
  return result
}

function randomBytes(random: Random, maximum: number): Buffer {
  return Buffer.from(Array.from({ length: random.int(maximum + 1) }, () => random.int(256)))
}

/** Returns the hash of the zip, or null if reading ended in a named error. */
async function sumOf(bytes: Buffer): Promise<string | null> {
  try {
    return (await readModuleZip(bytes, { ...OF, limits: LIMITS })).sum
  } catch (error) {
    if (error instanceof GomodError && (error.code === 'malformed' || error.code === 'too-large')) return null
    throw new Error(`not a named error for ${bytes.toString('base64')}`, { cause: error })
  }
}

test('the zip reader returns a hash or a named error for any input', async () => {
  const runs = fuzzRuns(10_000)
  const random = createRandom(20261124)
  let accepted = 0
  for (let run = 0; run < runs; run++) if ((await sumOf(randomZip(random))) !== null) accepted++
  assert.ok(accepted > runs / 50 && accepted < runs, `${accepted} of ${runs} inputs were sound`)
})

test('Go accepts what the zip reader accepts, with the same hash', { skip: oracleSkip() }, async () => {
  using oracle = buildGoOracle()
  const folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-zips-'))
  try {
    const random = createRandom(7)
    const sums: string[] = []
    for (let run = 0; run < Math.min(20_000, fuzzRuns(4000)); run++) {
      const bytes = randomZip(random)
      const sum = await sumOf(bytes)
      if (sum === null) continue
      writeFileSync(join(folder, String(sums.length)), bytes)
      sums.push(sum)
    }
    const questions = sums.map((_, i) => ['hashZip', join(folder, String(i)), OF.module, OF.version])
    assert.deepEqual(oracle.ask(questions), sums)
    assert.ok(sums.length > 100)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
