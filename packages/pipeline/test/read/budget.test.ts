import assert from 'node:assert/strict'
import { test } from 'node:test'
import { READ_PRIORITY } from '@mirrorwatch/store/work/priority'
import { allowedPriority } from '../../src/stages/read/budget.ts'

test('the less urgent is read only while much of the day’s bytes is left', () => {
  const allowed = (bytes: number): number | null => allowedPriority({ bytes }, 1_000)
  assert.equal(allowed(0), READ_PRIORITY.oldModule)
  assert.equal(allowed(399), READ_PRIORITY.oldModule)
  assert.equal(allowed(400), READ_PRIORITY.required)
  assert.equal(allowed(500), READ_PRIORITY.target)
  assert.equal(allowed(750), READ_PRIORITY.newModule)
  assert.equal(allowed(900), READ_PRIORITY.newOwner)
  assert.equal(allowed(1_000), null)
  assert.equal(allowedPriority({ bytes: 0 }, 0), null)
})
