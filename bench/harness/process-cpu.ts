import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second on every Linux that Node supports. */
const TICKS_PER_SECOND = 100

/**
 * User and system time of a process, of its children (git is started by one of them) and of those that have ended, in seconds.
 */
export function cpuSecondsOf(pid: number | 'self'): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
  const ticks = [String(pid), ...children].flatMap(ticksOf).reduce((sum, each) => sum + each, 0)
  return ticks / TICKS_PER_SECOND
}

/** A process's own user and system time, and that of its children that have ended (proc(5), fields 14 to 17). */
function ticksOf(pid: string): number[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return fields.slice(11, 15).map(Number)
  } catch (error) {
    // It has ended since it was listed.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
