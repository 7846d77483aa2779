import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Reply {
  status: number
  headers: Record<string, string>
  body: Buffer
  /** Why a well-behaved client would not have asked; such requests are marked in the log. */
  unexpected?: string
}

export function textReply(status: number, text: string, unexpected?: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from(text),
    ...(unexpected === undefined ? {} : { unexpected }),
  }
}

export function bytesReply(contentType: string, body: Buffer): Reply {
  return { status: 200, headers: { 'content-type': contentType }, body }
}

/** Writes a reply with what HTTP asks for around it: HEAD, a strong ETag with 304, one byte range with 206 or 416. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const headers: Record<string, string> = { ...reply.headers }
  if (reply.status !== 200) return finish(request, response, reply.status, headers, reply.body)
  headers['etag'] = `"${createHash('sha256').update(reply.body).digest('hex')}"`
  headers['accept-ranges'] = 'bytes'
  if (request.headers['if-none-match'] === headers['etag'])
    return finish(request, response, 304, headers, Buffer.alloc(0))
  const range = request.headers.range
  if (range === undefined) return finish(request, response, 200, headers, reply.body)
  const wanted = parseRange(range, reply.body.length)
  if (wanted === 'unsatisfiable') {
    headers['content-range'] = `bytes */${reply.body.length}`
    return finish(request, response, 416, headers, Buffer.alloc(0))
  }
  if (wanted === 'ignored') return finish(request, response, 200, headers, reply.body)
  headers['content-range'] = `bytes ${wanted.start}-${wanted.end}/${reply.body.length}`
  return finish(request, response, 206, headers, reply.body.subarray(wanted.start, wanted.end + 1))
}

function finish(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): void {
  response.writeHead(status, { ...headers, 'content-length': String(body.length) })
  response.end(request.method === 'HEAD' ? undefined : body)
}

type WantedRange = { start: number; end: number } | 'unsatisfiable' | 'ignored'

/** A single range of RFC 9110; several ranges or another unit are ignored, as the RFC allows. */
function parseRange(range: string, length: number): WantedRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range)
  if (!match || (match[1] === '' && match[2] === '')) return 'ignored'
  if (match[1] === '') {
    const suffix = Number(match[2])
    return suffix === 0 ? 'unsatisfiable' : { start: Math.max(0, length - suffix), end: length - 1 }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? length - 1 : Math.min(Number(match[2]), length - 1)
  if (match[2] !== '' && Number(match[2]) < start) return 'ignored'
  return start >= length ? 'unsatisfiable' : { start, end }
}
