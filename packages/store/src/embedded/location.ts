import { createHash } from 'node:crypto'
import { chmodSync, lstatSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { makeFolder } from '@mirrorwatch/upstream/make-folder'
import { messageOf, StoreError } from '../errors.ts'
import { MAX_SOCKET_PATH_BYTES } from '../limits.ts'

/** The driver looks for `<host>/.s.PGSQL.<port>` when `host` is a folder. */
export const SOCKET_PORT = 5432

export interface EmbeddedLocation {
  /** The data folder, absolute. */
  folder: string
  /** Postgres' own files. */
  database: string
  /** Held with a kernel lock by the process that runs the store. */
  lockFile: string
  /** Describes that process: pid, start time, socket. */
  ownerFile: string
  socketFolder: string
  socketPath: string
}

/** Returns the socket to which each process that joined the store keeps one connection, so that the owner waits for them. */
export function usersSocket(socketFolder: string): string {
  return join(socketFolder, 'users')
}

/**
 * Where the embedded store of `dataDir` lives; makes its folders, closed to everyone but this user. The socket is in
 * the data folder, or, where that path is too long for a Unix socket, in a folder under the system's temporary folder
 * whose name is derived from the data folder, so that a second command finds the same one. (Not a loopback port: any
 * user of the machine can connect to one, while a folder's permissions are checked by the kernel.)
 *
 * @throws StoreError `data-dir`
 */
export function embeddedLocation(dataDir: string, temporary: string = tmpdir()): EmbeddedLocation {
  const folder = resolve(dataDir)
  makePrivateFolder(folder)
  const socketFolder = socketFolderFor(folder, temporary)
  return {
    folder,
    database: join(folder, 'postgres'),
    lockFile: join(folder, 'store.lock'),
    ownerFile: join(folder, 'store.json'),
    socketFolder,
    socketPath: join(socketFolder, `.s.PGSQL.${SOCKET_PORT}`),
  }
}

function socketFolderFor(folder: string, temporary: string): string {
  if (fits(folder)) return folder
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const fallback = join(temporary, `mirrorwatch-${userInfo().uid}-${digest}`)
  if (!fits(fallback)) {
    throw new StoreError(
      'data-dir',
      `The data folder ${folder} and the temporary folder ${temporary} both have paths too long for a Unix socket ` +
        `(${MAX_SOCKET_PATH_BYTES} bytes). Choose a shorter MIRRORWATCH_DATA_DIR or TMPDIR.`,
    )
  }
  makePrivateFolder(fallback)
  return fallback
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= MAX_SOCKET_PATH_BYTES
}

/** Makes `folder` with mode 0700, or checks that an existing one is this user's and closes it to others. */
function makePrivateFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700)
    const stat = lstatSync(folder)
    const uid = userInfo().uid
    if (!stat.isDirectory() && !stat.isSymbolicLink()) throw new Error('it is not a folder')
    if (stat.uid !== uid && uid !== 0) throw new Error('it belongs to another user')
    if (stat.isDirectory() && (stat.mode & 0o077) !== 0) chmodSync(folder, 0o700)
  } catch (cause) {
    throw new StoreError(
      'data-dir',
      `Cannot use the data folder ${folder}: ${messageOf(cause)}. ` +
        'Set MIRRORWATCH_DATA_DIR to a folder that this user can write, or DATABASE_URL to a Postgres server.',
      { cause },
    )
  }
}
