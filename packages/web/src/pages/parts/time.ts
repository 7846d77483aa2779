import { html } from 'hono/html'
import type { Html } from './html.ts'

const UNITS = [
  ['y', 365 * 86_400],
  ['mo', 30 * 86_400],
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const

/** Returns a time as its age, with the exact time for the mouse and for screen readers. */
export function ageOf(at: string, now: Date): Html {
  return html`<time datetime="${at}" title="${exact(at)}">${age(at, now)}</time>`
}

/** Returns a time as its day, with the exact time for the mouse. */
export function dayOf(at: string): Html {
  return html`<time datetime="${at}" title="${exact(at)}">${at.slice(0, 10)}</time>`
}

/** Returns a time to the minute. */
export function minuteOf(at: string): Html {
  return html`<time datetime="${at}" title="${exact(at)}">${at.slice(0, 16).replace('T', ' ')}</time>`
}

function exact(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}

/** Returns how long ago a time was, in its largest unit: `3 d`. */
function age(at: string, now: Date): string {
  return duration((now.getTime() - Date.parse(at)) / 1000)
}

/** Returns a number of seconds in its largest unit. */
export function duration(seconds: number): string {
  for (const [name, size] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)} ${name}`
  return '< 1 min'
}
