import { parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import { type FeedSource, feedLine } from '../build/index-feed.ts'
import { bytesReply, type Reply, textReply } from './reply.ts'

const DEFAULT_LIMIT = 2000
const MAXIMUM_LIMIT = 2000

/** Answers `/index?since=…&limit=…&include=all` as index.golang.org does. */
export function answerIndex(feed: FeedSource, url: URL): Reply {
  if (!['', '/', '/index'].includes(url.pathname))
    return textReply(404, 'not found\n', 'not an address of the index')
  const since = url.searchParams.get('since')
  const limit = url.searchParams.get('limit')
  const micros = since === null || since === '' ? 0n : parseTimestamp(since)
  if (micros === null) return textReply(400, `bad since: ${since}\n`, 'since is not RFC 3339 in UTC')
  if (limit !== null && !/^[1-9]\d*$/.test(limit))
    return textReply(400, 'bad limit\n', 'limit is not a number')
  const count = Math.min(limit === null ? DEFAULT_LIMIT : Number(limit), MAXIMUM_LIMIT)
  const entries = feed.page(micros, count, url.searchParams.get('include') === 'all')
  return bytesReply('application/json', Buffer.from(entries.map(feedLine).join('')))
}
