/**
 * Just enough of Postgres' frontend/backend protocol 3.0 to keep turns: which client messages end a sequence, and what
 * a stream of backend messages says about the transaction.
 * Source: PostgreSQL documentation, "Message Formats".
 */

/** First byte of the client messages that matter here. */
export const CLIENT = {
  bind: 0x42,
  close: 0x43,
  describe: 0x44,
  execute: 0x45,
  flush: 0x48,
  parse: 0x50,
  query: 0x51,
  sync: 0x53,
  terminate: 0x58,
} as const

const READY_FOR_QUERY = 0x5a
const NOTIFICATION = 0x41

/** `I` idle, `T` in a transaction, `E` in a failed transaction. */
type TransactionStatus = 'I' | 'T' | 'E'

/** Scanner of the backend's stream, which may be split into chunks anywhere. */
export interface BackendScanner {
  push(chunk: Uint8Array): void
  /** Returns the status in the last ReadyForQuery since the last `reset`; null if there was none. */
  status(): TransactionStatus | null
  /** Complete NotificationResponse messages since the last `reset`. */
  notifications(): Uint8Array[]
  reset(): void
}

/** Bytes of a message that are kept: all of a notification, the first six of any other (type, length, status). */
const HEAD_BYTES = 6

export function createBackendScanner(): BackendScanner {
  let head: number[] = []
  /** Bytes of the current message still to come; -1 while its length is unknown. */
  let rest = -1
  let body: Uint8Array[] = []
  let status: TransactionStatus | null = null
  let notifications: Uint8Array[] = []

  function finishMessage(): void {
    if (head[0] === READY_FOR_QUERY) status = statusOf(head[5])
    if (head[0] === NOTIFICATION) notifications.push(Buffer.concat([Uint8Array.from(head), ...body]))
    head = []
    body = []
    rest = -1
  }

  function push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (rest === -1 || (head.length < HEAD_BYTES && rest > 0)) {
        head.push(chunk[at++] as number)
        if (head.length === 5) rest = lengthOf(head) - 4
        else if (head.length > 5) rest -= 1
      } else {
        const take = Math.min(rest, chunk.length - at)
        if (head[0] === NOTIFICATION) body.push(chunk.slice(at, at + take))
        at += take
        rest -= take
      }
      if (rest === 0) finishMessage()
    }
  }

  return {
    push,
    status: () => status,
    notifications: () => notifications,
    reset() {
      status = null
      notifications = []
    },
  }
}

function lengthOf(head: number[]): number {
  return Buffer.from(head).readInt32BE(1)
}

function statusOf(byte: number | undefined): TransactionStatus | null {
  if (byte === 0x49) return 'I'
  if (byte === 0x54) return 'T'
  return byte === 0x45 ? 'E' : null
}

/** A simple Query message. */
export function queryMessage(sql: string): Uint8Array {
  return frame(CLIENT.query, Buffer.from(`${sql}\0`))
}

/** Returns a Sync message, which ends an extended-protocol sequence in any state. */
export function syncMessage(): Uint8Array {
  return frame(CLIENT.sync, Buffer.alloc(0))
}

/** `copy … from stdin` at the beginning of a statement. */
const COPY_IN = /(?:^|;)\s*copy\s[^;]*\sfrom\s+stdin\b/i

/** Statement that runs instead of COPY FROM STDIN. It raises an ordinary error in any transaction state. */
const COPY_REFUSAL = `do $$ begin
  raise exception 'COPY FROM STDIN does not work on the embedded store' using errcode = 'feature_not_supported';
end $$`

/**
 * `message`, or in place of one that would start a COPY from the client, one that fails. The engine reads its input
 * synchronously: it would find the end of it where the rows should be, and give up the session for good.
 */
export function withoutCopyIn(message: Uint8Array): Uint8Array {
  const type = message[0]
  if (type !== CLIENT.query && type !== CLIENT.parse) return message
  const buffer = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  const nameEnd = type === CLIENT.query ? 4 : buffer.indexOf(0, 5)
  const end = buffer.indexOf(0, nameEnd + 1)
  const text = buffer.toString('utf8', nameEnd + 1, end === -1 ? buffer.length : end)
  if (!COPY_IN.test(text)) return message
  if (type === CLIENT.query) return queryMessage(COPY_REFUSAL)
  const statement = buffer.subarray(5, nameEnd + 1)
  return frame(CLIENT.parse, Buffer.concat([statement, Buffer.from(`${COPY_REFUSAL}\0\0\0`)]))
}

/** A FATAL ErrorResponse, for telling a client why its connection is being closed. */
export function fatalMessage(sqlState: string, message: string): Uint8Array {
  return frame(0x45, Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`))
}

function frame(type: number, body: Uint8Array): Uint8Array {
  const message = Buffer.alloc(5 + body.length)
  message[0] = type
  message.writeInt32BE(4 + body.length, 1)
  message.set(body, 5)
  return message
}
