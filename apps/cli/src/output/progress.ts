import { clearInterval, setInterval } from 'node:timers'
import { durationText } from '@mirrorwatch/pipeline/crawl/progress'

/** One line on stderr that is rewritten while work goes on. It is silent if stderr is not a terminal. */
export interface Progress extends Disposable {
  /** Sets how much is done, and how much there is; null if that is not known. */
  set(done: number, total: number | null, remark?: string): void
  /** Erases the line, so that other output can be printed. */
  clear(): void
}

interface State {
  done: number
  total: number | null
  remark: string
}

const REDRAW_MS = 200

/** Starts a progress line labelled `label` that counts `unit` (plural). */
export function startProgress(label: string, unit: string): Progress {
  if (!process.stderr.isTTY) return { set() {}, clear() {}, [Symbol.dispose]() {} }
  const startedAt = performance.now()
  let state: State = { done: 0, total: null, remark: '' }
  const clear = (): void => void process.stderr.write('\r\u001b[2K')
  const timer = setInterval(() => {
    clear()
    const line = progressLine(label, unit, state, (performance.now() - startedAt) / 1000)
    process.stderr.write(line.slice(0, (process.stderr.columns ?? 80) - 1))
  }, REDRAW_MS)
  timer.unref()
  return {
    set(done, total, remark = '') {
      state = { done, total, remark }
    },
    clear,
    [Symbol.dispose]() {
      clearInterval(timer)
      clear()
    },
  }
}

const BAR_CELLS = 20

function progressLine(label: string, unit: string, { done, total, remark }: State, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0
  const tail = `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} ${unit}/s${remark === '' ? '' : `  ${remark}`}`
  if (total === null || total <= 0) return `${label}  ${done} ${unit}  ${tail}`
  const share = Math.min(1, done / total)
  const bar = '█'.repeat(Math.round(share * BAR_CELLS)).padEnd(BAR_CELLS, '░')
  const left = rate > 0 ? `  ${durationText((total - done) / rate)} left` : ''
  return `${label}  ${bar} ${done}/${total}  ${tail}${left}`
}
