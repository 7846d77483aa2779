import { clearInterval, setInterval } from 'node:timers'

/** One line on stderr that is rewritten while work goes on; silent where stderr is not a terminal. */
export interface Progress extends Disposable {
  /** Sets how much is done, and how much there is where that is known (null where not). */
  set(done: number, total: number | null, note?: string): void
  /** Erases the line, so that other output can be printed. */
  clear(): void
}

const REDRAW_MS = 200

/** Starts a progress line labelled `label`, counting `unit` (plural). Rate and time left are worked out from the start. */
export function startProgress(label: string, unit: string): Progress {
  if (!process.stderr.isTTY) return { set() {}, clear() {}, [Symbol.dispose]() {} }
  const startedAt = performance.now()
  let state = { done: 0, total: null as number | null, note: '' }
  const clear = (): void => void process.stderr.write('\r\u001b[2K')
  const timer = setInterval(() => {
    clear()
    const line = progressLine(label, unit, state, (performance.now() - startedAt) / 1000)
    process.stderr.write(line.slice(0, (process.stderr.columns ?? 80) - 1))
  }, REDRAW_MS)
  timer.unref()
  return {
    set(done, total, note = '') {
      state = { done, total, note }
    },
    clear,
    [Symbol.dispose]() {
      clearInterval(timer)
      clear()
    },
  }
}

const BAR_CELLS = 20

/** The text of one progress line, after `seconds` of work. */
export function progressLine(
  label: string,
  unit: string,
  state: { done: number; total: number | null; note: string },
  seconds: number,
): string {
  const rate = seconds > 0 ? state.done / seconds : 0
  const tail = `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} ${unit}/s${state.note ? `  ${state.note}` : ''}`
  if (state.total === null || state.total <= 0) return `${label}  ${state.done} ${unit}  ${tail}`
  const share = Math.min(1, state.done / state.total)
  const bar = '█'.repeat(Math.round(share * BAR_CELLS)).padEnd(BAR_CELLS, '░')
  const left = rate > 0 ? `  ${duration((state.total - state.done) / rate)} left` : ''
  return `${label}  ${bar} ${state.done}/${state.total}  ${tail}${left}`
}

/** Seconds as a person says them: `45 s`, `3 min`, `2.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
