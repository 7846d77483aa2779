import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { WebApp } from '../context.ts'

/** Types of the files that are served. Any other file of the folder is not. */
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const FOLDER = path.join(import.meta.dirname, 'files')

interface Asset {
  body: Uint8Array<ArrayBuffer>
  type: string
  etag: string
}

/** Adds the static files. They are read once at start, so that a request's path never reaches the file system. */
export function mountAssets(app: WebApp): void {
  const assets = readAssets()
  app.get('/assets/:name', (c) => {
    const asset = assets.get(c.req.param('name'))
    if (asset === undefined) return c.notFound()
    c.header('etag', asset.etag)
    c.header('cache-control', 'no-cache')
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304)
    return c.body(asset.body, 200, { 'content-type': asset.type })
  })
}

function readAssets(): Map<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[path.extname(name)]
    if (type === undefined) continue
    const body = new Uint8Array(readFileSync(path.join(FOLDER, name)))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    assets.set(name, { body, type, etag })
  }
  return assets
}
