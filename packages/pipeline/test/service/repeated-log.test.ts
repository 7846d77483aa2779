import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { createLogger } from '../../src/observe/log.ts'
import { RepeatedLog } from '../../src/observe/repeated-log.ts'

test('says the same once a minute, and how often it was', () => {
  const lines: { msg: string; unsaid?: number; err: { message: string } }[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  let now = 0
  const log = new RepeatedLog(createLogger('warn', stream), () => now)
  for (let job = 0; job < 100; job++) log.warn(new Error(`Missing key for job ${job}`), 'queue')
  log.warn(new Error('connect ECONNREFUSED'), 'queue')
  log.warn(new Error('Missing key for job 1'), 'store')
  now = 60_000
  log.warn(new Error('Missing key for job 7'), 'queue')
  assert.deepEqual(
    lines.map(({ msg, err, unsaid }) => [msg, err.message, unsaid]),
    [
      ['queue', 'Missing key for job 0', undefined],
      ['queue', 'connect ECONNREFUSED', undefined],
      ['store', 'Missing key for job 1', undefined],
      ['queue', 'Missing key for job 7', 99],
    ],
  )
})
