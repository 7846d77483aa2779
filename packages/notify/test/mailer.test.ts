import assert from 'node:assert/strict'
import { createHash, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { after, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { PASSWORD, type SmtpLab, startSmtpLab, USER } from '@mirrorwatch/testing/http/smtp-lab'
import { temporaryFolder } from '@mirrorwatch/testing/store/databases'
import type { SMTPServerOptions } from 'smtp-server'
import { createMailer, type Mailer } from '../src/delivery/mailer.ts'

const folder = temporaryFolder()
const LOGIN = `${USER}:${encodeURIComponent(PASSWORD)}`
const MAIL = {
  to: 'ann@example.com',
  subject: 'Grüße',
  text: 'naïve  text \n\n\n',
  messageId: '<1@example.com>',
}

after(() => rmSync(folder, { recursive: true, force: true }))

function mailerOf(url: string, env: Record<string, string> = {}, ca?: string): Mailer {
  const from = { MIRRORWATCH_MAIL_FROM: 'watch@example.com' }
  const made = createMailer(readConfig({ MIRRORWATCH_SMTP_URL: url, ...from, ...env }, folder), ca)
  assert.ok(made)
  return made
}

function send(mailer: Mailer, signal?: AbortSignal): Promise<void> {
  return mailer.send({ from: mailer.from, ...MAIL }, signal)
}

async function withLab(options: SMTPServerOptions, work: (lab: SmtpLab) => Promise<void>): Promise<void> {
  await using lab = await startSmtpLab(options)
  await work(lab)
}

test('STARTTLS is insisted on, with a certificate that can be trusted', async () => {
  await withLab({ secure: false }, async (lab) => {
    const url = `smtp://${LOGIN}@localhost:${lab.port}`
    await send(mailerOf(`${url}?tls=required`, {}, lab.certificate.cert))
    await assert.rejects(send(mailerOf(`${url}?tls=required`)), /self-signed certificate/)
    await send(mailerOf(url))
    assert.equal(lab.received.length, 2)
  })
  await withLab({ secure: false, disabledCommands: ['STARTTLS'], authOptional: true }, async (lab) => {
    await assert.rejects(send(mailerOf(`smtp://localhost:${lab.port}?tls=required`)), /STARTTLS|TLS/)
    await send(mailerOf(`smtp://localhost:${lab.port}?tls=off`))
    assert.equal(lab.received.length, 1)
  })
})

test('a certificate that is not trusted, or of another name, is refused', async () => {
  await withLab({}, async (lab) => {
    await assert.rejects(send(mailerOf(`smtps://${LOGIN}@localhost:${lab.port}`)), /self-signed certificate/)
    const other = mailerOf(`smtps://${LOGIN}@127.0.0.2:${lab.port}`, {}, lab.certificate.cert)
    await assert.rejects(send(other), /127\.0\.0\.2|ECONNREFUSED|EADDRNOTAVAIL/)
    assert.equal(lab.received.length, 0)
  })
})

test('a wrong password is refused, and told without it', async () => {
  await withLab({}, async (lab) => {
    const mailer = mailerOf(`smtps://user:geheim@localhost:${lab.port}`, {}, lab.certificate.cert)
    await assert.rejects(
      send(mailer),
      (error: Error) => /wrong password/.test(error.message) && !/geheim/.test(error.message),
    )
  })
})

test('the error quotes a server that rejects a recipient or a mail', async () => {
  const refuse = (code: number, message: string): Error =>
    Object.assign(new Error(message), { responseCode: code })
  await withLab({ onRcptTo: (_, __, done) => done(refuse(550, 'no such user')) }, async (lab) => {
    const mailer = mailerOf(`smtps://${LOGIN}@localhost:${lab.port}`, {}, lab.certificate.cert)
    await assert.rejects(send(mailer), /550 no such user/)
  })
  await withLab({ onMailFrom: (_, __, done) => done(refuse(451, 'greylisted')) }, async (lab) => {
    const mailer = mailerOf(`smtps://${LOGIN}@localhost:${lab.port}`, {}, lab.certificate.cert)
    await assert.rejects(send(mailer), /451 greylisted/)
  })
})

test('garbage is reported; a flood or a hanging server ends the attempt', async () => {
  const url = (server: Server): string => {
    const address = server.address()
    return `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}?tls=off`
  }
  await withServer(
    (socket) => socket.write('<html>\r\n'.repeat(3)),
    async (server) => {
      await assert.rejects(send(mailerOf(url(server)), AbortSignal.timeout(5_000)), /greeting|<html>/i)
    },
  )
  // It says nothing: neither a greeting nor an end.
  const abort = new AbortController()
  await withServer(
    () => abort.abort(),
    async (server) => {
      await assert.rejects(send(mailerOf(url(server)), abort.signal), /abort/i)
    },
  )
})

async function withServer(
  onSocket: (socket: Socket) => void,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {
      // The client hangs up; that is what is wanted.
    })
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await work(server)
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
}

test('the DKIM signature is right by RFC 6376', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const file = path.join(folder, 'dkim.pem')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await withLab({}, async (lab) => {
    const env = { MIRRORWATCH_DKIM: `example.com:mw1:${file}` }
    await send(mailerOf(`smtps://${LOGIN}@localhost:${lab.port}`, env, lab.certificate.cert))
    const raw = lab.received[0]?.raw ?? ''
    assert.match(raw, /^DKIM-Signature: v=1; a=rsa-sha256;/)
    assert.match(raw, /d=example\.com;[^:]* s=mw1;/)
    assert.equal(dkimVerifies(raw, publicKey), true)
    assert.equal(dkimVerifies(raw.replace('text', 'test'), publicKey), false)
    assert.equal(dkimVerifies(raw.replace(/^Subject: /m, 'Subject: x'), publicKey), false)
  })
})

/** Relaxed/relaxed, rsa-sha256, written from RFC 6376 (3.4.2, 3.4.4, 3.7). `raw` has one character a byte. */
function dkimVerifies(raw: string, key: KeyObject): boolean {
  const cut = raw.indexOf('\r\n\r\n')
  const fields = raw.slice(0, cut).split(/\r\n(?![ \t])/)
  const header = fields.find((field) => /^dkim-signature:/i.test(field)) ?? ''
  const tags = new Map(
    header
      .slice(header.indexOf(':') + 1)
      .split(';')
      .map((tag) => {
        const at = tag.indexOf('=')
        return [tag.slice(0, at).trim(), tag.slice(at + 1).replaceAll(/\s+/g, '')] as const
      }),
  )
  const lines = raw
    .slice(cut + 4)
    .split('\r\n')
    .map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''))
  const body = lines.join('\r\n').replace(/(\r\n)*$/, '\r\n')
  const hash = createHash('sha256').update(body, 'latin1').digest('base64')
  if (hash !== tags.get('bh')) return false
  const relaxed = (field: string): string => {
    const at = field.indexOf(':')
    const value = field
      .slice(at + 1)
      .replaceAll('\r\n', '')
      .replaceAll(/[ \t]+/g, ' ')
      .trim()
    return `${field.slice(0, at).trim().toLowerCase()}:${value}`
  }
  const left = [...fields]
  const signed = (tags.get('h') ?? '').split(':').flatMap((name) => {
    const at = left.findLastIndex((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    return at < 0 ? [] : left.splice(at, 1).map((field) => `${relaxed(field)}\r\n`)
  })
  const own = relaxed(header.replace(/([;\s]b=)[^;]*/, '$1'))
  const verify = createVerify('sha256').update(signed.join('') + own, 'latin1')
  return verify.verify(key, tags.get('b') ?? '', 'base64')
}

test('a key that mail cannot be signed with is named', () => {
  const url = 'smtps://mail.example.com'
  const file = path.join(folder, 'wrong.pem')
  const env = { MIRRORWATCH_DKIM: `example.com:mw1:${file}` }
  const refused = (message: RegExp): void =>
    assert.throws(
      () => mailerOf(url, env),
      (error: Error) => message.test(error.message) && error.message.includes(file),
    )
  refused(/ENOENT/)
  writeFileSync(file, 'no key')
  refused(/cannot be used/)
  writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  refused(/type ed25519/)
  const short = generateKeyPairSync('rsa', { modulusLength: 512 })
  writeFileSync(file, short.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  refused(/512 bits/)
})
