import type { WebApp, WebContext } from '../context.ts'

/** Adds the routes of the API below /api/v1. */
export function mountApi(_app: WebApp, _context: WebContext): void {}
