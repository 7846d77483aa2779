import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'

/** The processes that have joined an embedded store, as its owner sees them: one open connection each. */
export interface Users {
  count(): number
  /** Resolves once none is left; from then on no process can join. */
  close(): Promise<void>
}

/** Listens on `path` for processes that join. */
export async function openUsers(path: string): Promise<Users> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    // Says that this process is counted: a connection alone may still lie in the queue of a server that closes.
    socket.write('.')
    socket.resume()
  })
  // Left by a process that was killed.
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    count: () => sockets.size,
    async close() {
      while (sockets.size > 0)
        await Promise.race([...sockets].map((socket) => new Promise((gone) => socket.once('close', gone))))
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** Joins the store whose owner listens on `path`; null where none does. The store stays until the connection is closed. */
export function joinAsUser(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('data', () => resolve(socket))
    socket.once('close', () => resolve(null))
    socket.on('error', () => undefined)
  })
}
