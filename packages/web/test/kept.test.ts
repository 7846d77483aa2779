import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as immediate } from 'node:timers/promises'
import { Kept } from '../src/kept.ts'

test('figures are read again in the background, and nobody but the first waits', async () => {
  const warnings: unknown[] = []
  const kept = new Kept<number>({ warn: (...given: unknown[]) => void warnings.push(given) })
  let reads = 0
  let isDown = false
  const at = async (seconds: number): Promise<number> => {
    const value = await kept.get('a', new Date(1_000_000 + seconds * 1_000), () => {
      reads++
      return isDown ? Promise.reject(new Error('the store does not answer')) : Promise.resolve(reads)
    })
    await immediate()
    return value
  }
  assert.deepEqual([await at(0), await at(29)], [1, 1])
  assert.equal(await at(31), 1, 'the old figures, while new ones are read')
  assert.deepEqual([await at(32), reads], [2, 2])
  isDown = true
  assert.equal(await at(100), 2)
  assert.equal(warnings.length, 1)
  await assert.rejects(at(1_000), /does not answer/)
  isDown = false
  assert.equal(await at(1_001), 5)
})
