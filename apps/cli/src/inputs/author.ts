import { userInfo } from 'node:os'
import { CliError } from '../output/exit.ts'

/** Returns who decides: the `--author` option, or the name of the user. A container's user may have none. */
export function authorName(given: string | undefined): string {
  if (given !== undefined && given.trim() !== '') return given.trim()
  try {
    return userInfo().username
  } catch (error) {
    throw new CliError('this user has no name to record as the author', {
      todo: 'Give --author NAME.',
      cause: error,
    })
  }
}
