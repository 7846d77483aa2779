import { authorName } from '../inputs/author.ts'
import { configuration } from '../inputs/configuration.ts'
import { CliError } from '../output/exit.ts'
import type { Desk } from './desk.ts'

/** Opens the server that `MIRRORWATCH_SERVER` names, else the store. @param author the option `--author` */
export async function openDesk(author?: string): Promise<Desk> {
  const config = configuration()
  if (config.server !== null) {
    if (author !== undefined) {
      throw new CliError('--author has no effect with MIRRORWATCH_SERVER', {
        todo: 'Leave it out: the author is the name of MIRRORWATCH_TOKEN.',
      })
    }
    const [{ createApiClient }, { createServerDesk }] = await Promise.all([
      import('./client.ts'),
      import('./server-desk.ts'),
    ])
    return createServerDesk(createApiClient(config.server))
  }
  const [{ openForReading }, { createStoreDesk }] = await Promise.all([
    import('../session/open-store.ts'),
    import('./store-desk.ts'),
  ])
  return createStoreDesk(await openForReading(config), config, () => authorName(author))
}
