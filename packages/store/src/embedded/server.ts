import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { PGLiteSocketHandlerOptions } from '@electric-sql/pglite-socket'
import { PGLiteSocketHandler } from '@electric-sql/pglite-socket'
import type { Execute } from './turn-queue.ts'
import { createTurnQueue } from './turn-queue.ts'
import { fatalMessage } from './wire.ts'

export interface EmbeddedServerOptions {
  execute: Execute
  maxConnections: number
  idleLimitMs: number
  onBroken: (error: Error) => void
}

export interface EmbeddedServer {
  listen(socketPath: string): Promise<void>
  /** Stops taking connections, waits up to `graceMs` for open transactions, then closes every connection. */
  close(graceMs: number): Promise<void>
  /** Runs `work` on the session while no connection has the turn. It must leave the session idle. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Serves one Postgres session to many connections. `PGLiteSocketHandler` does framing and startup; whose turn it is
 * is decided by {@link createTurnQueue}, because the library's own queue mixes the messages of different connections
 * and stops for good after one error (embedded-server.test.ts shows both).
 */
export function createEmbeddedServer(options: EmbeddedServerOptions): EmbeddedServer {
  const connections = new Map<number, { handler: PGLiteSocketHandler; socket: Socket }>()
  const queue = createTurnQueue({
    execute: options.execute,
    idleLimitMs: options.idleLimitMs,
    onIdle: cut,
    onNotification: broadcast,
    onBroken: options.onBroken,
  })

  function cut(id: number): void {
    const connection = connections.get(id)
    if (connection === undefined) {
      void queue.clearTransactionIfNeeded(id)
      return
    }
    connection.socket.write(
      fatalMessage('25P03', 'terminating connection due to idle-in-transaction timeout'),
    )
    connections.delete(id)
    void connection.handler.detach(true)
  }

  /** There is one session, so what one connection listens to, all of them do; a client ignores what it did not ask for. */
  function broadcast(from: number, message: Uint8Array): void {
    for (const [id, { socket }] of connections) {
      if (id !== from && socket.writable) socket.write(message)
    }
  }

  async function accept(socket: Socket): Promise<void> {
    if (connections.size >= options.maxConnections) {
      socket.end(fatalMessage('53300', 'too many connections to the embedded store'), () => socket.destroy())
      return
    }
    // The library types this as its own class with private members; only these four methods are called.
    const queryQueue = queue as unknown as PGLiteSocketHandlerOptions['queryQueue']
    const handler = new PGLiteSocketHandler({ queryQueue, closeOnDetach: true })
    const id = handler.handlerId
    connections.set(id, { handler, socket })
    handler.addEventListener('close', () => connections.delete(id))
    handler.addEventListener('error', () => connections.delete(id))
    await handler.attach(socket)
  }

  const server = createServer((socket) => {
    accept(socket).catch(() => socket.destroy())
  })

  return {
    listen: (socketPath) => listen(server, socketPath),
    alone: (work) => queue.alone(work),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await within(queue.settled(), graceMs)
      await Promise.all([...connections.values()].map(({ handler }) => handler.detach(true)))
      connections.clear()
      await closed
    },
  }
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

/** Resolves with `promise`, or after `ms` if that comes first. */
async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([promise, timeout])
  clearTimeout(timer)
}
