import { isGomodError } from '@mirrorwatch/gomod/errors'
import { NotifyError } from '@mirrorwatch/notify/errors'
import { PipelineError } from '@mirrorwatch/pipeline/errors'
import { isStoreError } from '@mirrorwatch/store/errors'
import { isDiskFull } from '@mirrorwatch/upstream/git/run/disk-full'
import { CliError } from './exit.ts'
import { note, visible } from './print.ts'

/** Prints what went wrong and what to do. Only an unexpected error gets its stack printed. */
export function explainError(error: unknown): void {
  if (error instanceof CliError || error instanceof NotifyError || error instanceof PipelineError) {
    note(`mirrorwatch: ${visible(error.message)}`)
    if (error.todo !== undefined) note(`  ${visible(error.todo)}`)
    return
  }
  if (isStoreError(error) || isGomodError(error)) {
    note(`mirrorwatch: ${visible(error.message)}`)
    return
  }
  if (isDiskFull(error)) {
    note(`mirrorwatch: ${visible((error as Error).message)}`)
    note(
      '  Free some space, or use a folder on another disk: MIRRORWATCH_DATA_DIR, or TMPDIR for verify and sum.',
    )
    return
  }
  const left = packageLeftOut(error)
  if (left !== null) {
    note(`mirrorwatch: this command needs the package ${left}, which is not installed`)
    note('  Install mirrorwatch with its optional parts: npm install without --omit=optional.')
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  note(`mirrorwatch: unexpected error. Please report it with the following text.\n${text}`)
}

/** Returns the name of the package whose absence the error reports, or null. An install may leave out optional packages. */
function packageLeftOut(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return null
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1] ?? null
}
