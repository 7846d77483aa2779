import assert from 'node:assert/strict'
import { test } from 'node:test'
import { within } from '../../src/http/within.ts'

test('an answer that does not come in time is an error, and one that fails keeps its own', async () => {
  assert.equal(await within(60_000, Promise.resolve(7)), 7)
  await assert.rejects(within(60_000, Promise.reject(new Error('its own'))), /its own/)
  await assert.rejects(within(1, new Promise(() => {})), /no answer within 1 ms/)
})
