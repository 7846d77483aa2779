import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readShapes } from '@mirrorwatch/testing/go/code-shapes'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { addedByShape, assessShape } from './code-shapes.ts'

const data = process.env['MIRRORWATCH_TEST_DATA']
const skip = data === undefined && 'MIRRORWATCH_TEST_DATA is not set'

test('shapes of a red team in a copy by a new owner: what is honest is not high, the rest is', {
  skip,
}, async () => {
  const parser = await loadParser()
  const missed: string[] = []
  for (const shape of readShapes(data ?? '')) {
    const severity = assessShape(addedByShape(parser, shape))?.severity ?? 'none'
    const isHigh = severity === 'high' || severity === 'critical'
    if (shape.group === 'honest') assert.ok(!isHigh, `${shape.name}: ${severity}`)
    if (shape.want === 'high' && !isHigh) missed.push(`${shape.group}, ${shape.name}: ${severity}`)
  }
  assert.deepEqual(missed, [])
})
