import type { Socket } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../context.ts'

/** Requests of one connection that may wait for the answer to an earlier one. Browsers send none ahead, programs a few. */
const MAX_AHEAD = 32

/** Requests of one person that are answered at once: fewer than a pool has connections, so that one is left for the others. */
const MAX_AT_ONCE = 4

/**
 * Answers the requests of a connection one by one. Node starts all that a client has sent ahead at once, although their answers
 * leave in order: 800 of them kept everyone else from the database for seconds. A client that sends too many ahead is cut off.
 */
export function oneByOne(): MiddlewareHandler<WebEnv> {
  const connections = new WeakMap<Socket, Turns>()
  return async (c, next) => {
    const { incoming, outgoing } = c.env
    const { socket } = incoming
    const turns = connections.get(socket) ?? new Turns(1)
    connections.set(socket, turns)
    if (turns.waiting >= MAX_AHEAD) socket.destroy()
    await turns.take()
    if (socket.destroyed) turns.end()
    else outgoing.once('close', () => turns.end())
    // The connection has ended while this request waited: no one would read the answer.
    return socket.destroyed ? c.body(null, 400) : next()
  }
}

/**
 * Lets a person have {@link MAX_AT_ONCE} requests answered at once, and as many that write: uploads that come slowly keep no
 * page from its turn. The others wait, each on a separate connection.
 */
export function turnsOfPersons(): MiddlewareHandler<WebEnv> {
  const persons = new Map<string, Turns>()
  return async (c, next) => {
    const key = `${c.req.method === 'GET' ? 'read' : 'write'} ${c.var.person.name}`
    const turns = persons.get(key) ?? new Turns(MAX_AT_ONCE)
    persons.set(key, turns)
    await turns.take()
    try {
      await next()
    } finally {
      turns.end()
      if (turns.isIdle) persons.delete(key)
    }
  }
}

/** Lets a number of callers go on at once; the others wait in the order in which they came. */
class Turns {
  readonly #waiting: (() => void)[] = []
  #free: number
  readonly #atOnce: number

  constructor(atOnce: number) {
    this.#atOnce = atOnce
    this.#free = atOnce
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get isIdle(): boolean {
    return this.#free === this.#atOnce
  }

  /** Resolves when it is the caller's turn. The caller must call {@link end}. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  end(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
