import { GomodError } from '@mirrorwatch/gomod/errors'
import { unescapePath, unescapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import type { SumdbLog } from '../build/sumdb-log.ts'
import { bytesReply, type Reply, textReply } from './reply.ts'

const TILE = /^\/tile\/8\/(data|\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/
const FULL_TILE = 256

/** Answers `/latest`, `/lookup/…` and `/tile/8/…`; `/supported` where the proxy passes the database on. */
export function answerSumdb(log: SumdbLog, path: string): Reply {
  if (path === '/latest') return textReply(200, log.signedHead())
  if (path === '/supported') return textReply(200, '')
  if (path.startsWith('/lookup/')) return lookup(log, path.slice('/lookup/'.length))
  const match = TILE.exec(path)
  if (!match) return textReply(404, 'not found\n', 'not an address of the checksum database')
  const width = match[3] === undefined ? FULL_TILE : Number(match[3])
  if (width < 1 || width > FULL_TILE) return textReply(400, 'bad tile width\n', 'bad tile width')
  const index = Number((match[2] as string).replace(/[x/]/g, ''))
  const data = match[1] === 'data' ? log.dataTile(index, width) : log.tile(Number(match[1]), index, width)
  if (!data) return textReply(404, 'not found: no such tile\n')
  return bytesReply('application/octet-stream', data)
}

function lookup(log: SumdbLog, escaped: string): Reply {
  const at = escaped.lastIndexOf('@')
  if (at < 0) return textReply(400, 'invalid module@version syntax\n', 'bad lookup')
  try {
    const found = log.lookup(unescapePath(escaped.slice(0, at)), unescapeVersion(escaped.slice(at + 1)))
    if (found !== undefined) return textReply(200, found)
    return textReply(
      404,
      'not found: unknown revision\n',
      'the real database would have fetched and logged it',
    )
  } catch (error) {
    if (!(error instanceof GomodError)) throw error
    return textReply(400, `${error.message}\n`, error.message)
  }
}
