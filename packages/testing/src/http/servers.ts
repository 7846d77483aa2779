import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Server as TcpServer } from 'node:net'

/** A server on loopback; disposing of it closes every connection. */
export interface Served extends AsyncDisposable {
  url: string
  host: string
  port: number
}

/** Starts an HTTP server on a free port of loopback. */
export async function serve(listener: RequestListener): Promise<Served> {
  return listen(createServer(listener))
}

/** Lets `server` listen on a free port of loopback. */
export async function listen(server: Server | TcpServer): Promise<Served> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
