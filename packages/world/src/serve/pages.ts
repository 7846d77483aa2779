import { pageFor } from '../build/module-roots.ts'
import type { PageSpec } from '../build/spec.ts'
import { bytesReply, type Reply, textReply } from './reply.ts'

/** Answers `https://<path>?go-get=1`. Code hosts that Go knows by name are answered too: they do serve such pages. */
export function answerPage(pages: readonly PageSpec[], path: string): Reply {
  const page = pageFor(path, pages)
  if (!page) return textReply(404, 'not found\n', 'no go-import page here')
  const content = [page.root, page.vcs, page.url, page.subdirectory ?? ''].join(' ').trimEnd()
  const html = `<!DOCTYPE html>
<html><head>
<meta name="go-import" content="${content}">
</head><body>go get ${page.root}</body></html>
`
  return bytesReply('text/html; charset=utf-8', Buffer.from(html))
}
