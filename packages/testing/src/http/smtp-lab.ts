import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { type Certificate, selfSigned } from './certificate.ts'

/** A server's progress with one mail. `dot`: received but not accepted yet; `taken`: accepted but not answered yet. */
export type Moment = 'connect' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'dot' | 'taken'

interface ReceivedMail {
  to: string
  messageId: string
  /** The received bytes, one character per byte. */
  raw: string
}

export interface SmtpLab extends AsyncDisposable {
  port: number
  certificate: Certificate
  received: ReceivedMail[]
  /** Called at every moment. If it resolves with true, the sender is dead and the server stops handling the mail. */
  at: (moment: Moment) => Promise<boolean>
}

export const USER = 'user'
export const PASSWORD = 'päss word'

/** A real SMTP server with TLS and authentication, that tells where it is and keeps what it took. */
export async function startSmtpLab(options: SMTPServerOptions = {}): Promise<SmtpLab> {
  const certificate = selfSigned('localhost', '127.0.0.1')
  const lab: SmtpLab = {
    port: 0,
    certificate,
    received: [],
    at: () => Promise.resolve(false),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
  function step(moment: Moment, go: () => void): void {
    void lab.at(moment).then((isGone) => isGone || go())
  }
  const server = new SMTPServer({
    secure: true,
    closeTimeout: 200,
    ...certificate,
    logger: commands((command) => command.startsWith('EHLO') && step('EHLO', () => {})),
    onConnect: (_, done) => step('connect', done),
    onAuth: ({ username, password }, _, done) =>
      step('AUTH', () =>
        username === USER && password === PASSWORD
          ? done(null, { user: USER })
          : done(new Error('wrong password')),
      ),
    onMailFrom: (_, __, done) => step('MAIL', done),
    onRcptTo: (_, __, done) => step('RCPT', done),
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      const first = new Promise<boolean>((resolve) => stream.once('data', () => resolve(lab.at('DATA'))))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', () => {
        void (async () => {
          if ((await first) || (await lab.at('dot'))) return
          const raw = Buffer.concat(chunks).toString('latin1')
          const [, messageId = ''] = /^Message-ID: (.*)\r$/m.exec(raw) ?? []
          lab.received.push({ to: envelope.rcptTo[0]?.address ?? '', messageId, raw })
          step('taken', done)
        })()
      })
    },
    ...options,
  })
  server.on('error', () => {
    // Of one connection: dropped ones, and clients that do not trust the certificate.
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  lab.port = address.port
  return lab
}

/** The server has no hook for EHLO, but it logs each command when it comes. */
function commands(onCommand: (line: string) => void): NonNullable<SMTPServerOptions['logger']> {
  const ignore = (): void => {}
  const debug = (_: unknown, what: unknown, line: unknown): void => {
    if (what === 'C:') onCommand(String(line))
  }
  const logger = {
    level: ignore,
    trace: ignore,
    debug,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  }
  return logger
}
