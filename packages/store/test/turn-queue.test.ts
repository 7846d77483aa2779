import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { TurnQueue, TurnQueueOptions } from '../src/embedded/turn-queue.ts'
import { createTurnQueue } from '../src/embedded/turn-queue.ts'
import { createBackendScanner } from '../src/embedded/wire.ts'

const PARSE = message('P')
const BIND = message('B')
const EXECUTE = message('E')
const SYNC = message('S')
const FLUSH = message('H')
const QUERY = message('Q')

const IDLE = Buffer.from('Z\0\0\0\x05I', 'latin1')
const OPEN = Buffer.from('Z\0\0\0\x05T', 'latin1')
const NOTICE = Buffer.from('A\0\0\0\x0c\0\0\0\x01a\0b\0', 'latin1')

function message(type: string, body = ''): Uint8Array {
  return Buffer.from(`${type}\0\0\0${String.fromCharCode(4 + body.length)}${body}`, 'latin1')
}

interface Harness {
  queue: TurnQueue
  /** Message types of each execution, in order. */
  ran: string[]
  events: string[]
}

/** A session that answers each execution with `answer`'s bytes, or throws where it returns an error. */
function harness(
  answer: (types: string) => Uint8Array | Error,
  options: Partial<TurnQueueOptions> = {},
): Harness {
  const ran: string[] = []
  const events: string[] = []
  const queue = createTurnQueue({
    idleLimitMs: 60_000,
    onIdle: (id) => events.push(`idle ${id}`),
    onNotification: (id) => events.push(`notified by ${id}`),
    onBroken: (error) => events.push(`broken: ${error.message}`),
    ...options,
    async execute(bytes, onData) {
      const types = typesOf(bytes)
      ran.push(types)
      await Promise.resolve()
      const reply = answer(types)
      if (reply instanceof Error) throw reply
      onData(reply)
    },
  })
  return { queue, ran, events }
}

function typesOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes)
  let types = ''
  for (let at = 0; at < buffer.length; at += 1 + buffer.readInt32BE(at + 1))
    types += String.fromCharCode(buffer[at] ?? 0)
  return types
}

const nothing = (): void => undefined

suite('turns on the one session', () => {
  test('the messages of a sequence run together, even if others send messages in between', async () => {
    const { queue, ran } = harness(() => IDLE)
    await queue.enqueue(1, PARSE, nothing)
    await queue.enqueue(2, PARSE, nothing)
    await queue.enqueue(1, BIND, nothing)
    await queue.enqueue(2, BIND, nothing)
    await Promise.all([
      queue.enqueue(2, SYNC, nothing),
      queue.enqueue(1, EXECUTE, nothing).then(() => queue.enqueue(1, SYNC, nothing)),
    ])
    assert.deepEqual(ran, ['PBS', 'PBES'])
  })

  test('an open transaction keeps the turn until it ends', async () => {
    const replies = [OPEN, OPEN, IDLE, IDLE]
    const { queue, ran } = harness(() => replies.shift() ?? IDLE)
    await queue.enqueue(1, message('Q', 'begin\0'), nothing)
    const other = queue.enqueue(2, message('Q', 'x\0'), nothing)
    await queue.enqueue(1, PARSE, nothing)
    await queue.enqueue(1, SYNC, nothing)
    assert.deepEqual(ran, ['Q', 'PS'])
    await queue.enqueue(1, message('Q', 'commit\0'), nothing)
    await other
    assert.deepEqual(ran, ['Q', 'PS', 'Q', 'Q'])
  })

  test('a Flush keeps the turn until the sequence is answered', async () => {
    const { queue, ran } = harness((types) => (types.endsWith('H') ? Buffer.alloc(0) : IDLE))
    await queue.enqueue(1, PARSE, nothing)
    await queue.enqueue(1, FLUSH, nothing)
    const other = queue.enqueue(2, QUERY, nothing)
    await queue.enqueue(1, EXECUTE, nothing)
    await queue.enqueue(1, SYNC, nothing)
    await other
    assert.deepEqual(ran, ['PH', 'ES', 'Q'])
  })

  test('a rejected message is undone and the queue goes on', async () => {
    let first = true
    const { queue, ran, events } = harness((types) => {
      if (types !== 'Q' || !first) return IDLE
      first = false
      return new Error('no')
    })
    await assert.rejects(queue.enqueue(1, QUERY, nothing), /no/)
    await queue.enqueue(2, QUERY, nothing)
    assert.deepEqual(ran, ['Q', 'SQ', 'Q'])
    assert.deepEqual(events, [])
  })

  test('a session that does not answer is reported', async () => {
    const { queue, events } = harness(() => Buffer.from('E\0\0\0\x05\0', 'latin1'))
    await assert.rejects(queue.enqueue(1, QUERY, nothing), /did not answer/)
    assert.deepEqual(events, ['broken: the session is not idle after ROLLBACK'])
  })

  test('a session that cannot be brought back to idle is reported', async () => {
    const { queue, events } = harness(() => new Error('gone'))
    await assert.rejects(queue.enqueue(1, QUERY, nothing), /gone/)
    assert.deepEqual(events, ['broken: gone'])
  })

  test('a connection that goes away in a transaction is rolled back and the next one served', async () => {
    const { queue, ran } = harness((types) => (types === 'Q' && ran.length === 1 ? OPEN : IDLE))
    await queue.enqueue(1, QUERY, nothing)
    const other = queue.enqueue(2, QUERY, nothing)
    queue.clearQueueForHandler(1)
    await queue.clearTransactionIfNeeded(1)
    await other
    assert.deepEqual(ran, ['Q', 'SQ', 'Q'])
  })

  test('a connection that goes away while its message runs is cleaned up after it', async () => {
    const { queue, ran } = harness((types) => (types === 'Q' && ran.length === 1 ? OPEN : IDLE))
    const running = queue.enqueue(1, QUERY, nothing)
    const cleared = queue.clearTransactionIfNeeded(1)
    await running
    await cleared
    await queue.settled()
    assert.deepEqual(ran, ['Q', 'SQ'])
  })

  test('what a closed connection had queued is rejected, and its half sequence forgotten', async () => {
    const { queue, ran } = harness(() => IDLE)
    const busy = queue.enqueue(1, QUERY, nothing)
    await queue.enqueue(2, PARSE, nothing)
    const waiting = queue.enqueue(2, FLUSH, nothing)
    await queue.enqueue(2, PARSE, nothing)
    queue.clearQueueForHandler(2)
    await assert.rejects(waiting, /closed/)
    await queue.clearTransactionIfNeeded(2)
    await busy
    await queue.enqueue(2, SYNC, nothing)
    assert.deepEqual(ran, ['Q', 'S'])
  })

  test('a connection that idles in a transaction is reported', async () => {
    const idle = Promise.withResolvers<number>()
    const { queue } = harness(() => OPEN, { idleLimitMs: 1, onIdle: idle.resolve })
    await queue.enqueue(7, QUERY, nothing)
    // The timer alone must not keep a process alive.
    const alive = setInterval(nothing, 1000)
    assert.equal(await idle.promise, 7)
    clearInterval(alive)
  })

  test('work outside any connection waits for the turn, and its failure stops nothing', async () => {
    const replies = [OPEN, IDLE]
    const { queue, ran } = harness(() => replies.shift() ?? IDLE)
    await queue.enqueue(1, QUERY, nothing)
    const order: string[] = []
    const alone = queue.alone(() => {
      order.push('alone')
      return Promise.resolve(42)
    })
    const failing = queue.alone(() => Promise.reject(new Error('no')))
    await queue.enqueue(1, QUERY, nothing)
    order.push('committed')
    assert.equal(await alone, 42)
    await assert.rejects(failing, /no/)
    await queue.enqueue(2, QUERY, nothing)
    assert.deepEqual(order, ['committed', 'alone'])
    assert.deepEqual(ran, ['Q', 'Q', 'SQ', 'Q'])
  })

  test('a notification is passed on, however the stream is cut', async () => {
    const { queue, events } = harness(() => Buffer.concat([NOTICE, IDLE]))
    await queue.enqueue(3, QUERY, nothing)
    assert.deepEqual(events, ['notified by 3'])
    const stream = Buffer.concat([message('1'), NOTICE, message('D', 'some row'), NOTICE, OPEN])
    for (let size = 1; size <= stream.length; size++) {
      const scanner = createBackendScanner()
      for (let at = 0; at < stream.length; at += size) scanner.push(stream.subarray(at, at + size))
      assert.equal(scanner.status(), 'T')
      assert.deepEqual(
        scanner.notifications().map((each) => Buffer.from(each)),
        [NOTICE, NOTICE],
      )
    }
  })
})
