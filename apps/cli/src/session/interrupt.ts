import { CliError } from '../output/exit.ts'
import { note } from '../output/print.ts'

/**
 * Returns a signal that is aborted by the first Ctrl-C or SIGTERM; a second one ends the process at once. `resumeHint` is
 * printed with the first: it says what happens to unfinished work.
 */
export function interruptSignal(resumeHint: string): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130)
    note(`\n${name}: finishing what has begun (press again to stop at once). ${resumeHint}`)
    controller.abort(new CliError(`interrupted by ${name}`))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
