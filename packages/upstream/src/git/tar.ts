import { GomodError } from '@mirrorwatch/gomod/errors'
import { extract } from 'tar-stream'

/** Longest path in the archive stream that git writes for us: twice the longest line of a tree that is read. */
const MAX_ARCHIVE_PATH_BYTES = 16 * 1024

/** A regular file's name and size, then its content in pieces. Must not throw. */
export interface TarVisitor {
  file(path: string, size: number): void
  data(chunk: Buffer): void
  endFile(): void
}

export interface TarReader {
  /** Takes the next piece of the stream. @throws GomodError `malformed`, `too-large` for what came before it. */
  push(chunk: Buffer): void
  /** @throws GomodError `malformed` where the stream ends inside an entry. */
  end(): Promise<void>
}

/**
 * Reads the tar stream that `git archive` writes. Everything but regular files is skipped. `push` does not wait: the pieces
 * are used up before the event loop goes on, so that memory stays small.
 */
export function createTarReader(visitor: TarVisitor): TarReader {
  const tar = extract()
  let failure: GomodError | null = null
  const closed = new Promise<void>((resolve) => tar.once('close', resolve))
  tar.on('error', (error) => {
    failure ??=
      error instanceof GomodError
        ? error
        : new GomodError('malformed', `the archive cannot be read: ${error.message}`, { cause: error })
  })
  tar.on('entry', ({ name, size, type }, content, next) => {
    // Its failure is the whole stream's, which says so itself.
    content.on('error', () => {})
    if (type !== 'file') {
      content.on('end', next).resume()
      return
    }
    const fault = pathFault(name)
    if (fault !== null) {
      next(fault)
      return
    }
    visitor.file(name, size)
    content.on('data', (chunk) => visitor.data(chunk as Buffer))
    content.on('end', () => {
      visitor.endFile()
      next()
    })
  })
  function throwIfFailed(): void {
    if (failure !== null) throw failure
  }
  return {
    push(chunk) {
      throwIfFailed()
      tar.write(chunk)
    },
    async end() {
      throwIfFailed()
      tar.end(null)
      await closed
      throwIfFailed()
    },
  }
}

function pathFault(untrustedPath: string): GomodError | null {
  if (Buffer.byteLength(untrustedPath) > MAX_ARCHIVE_PATH_BYTES) {
    return new GomodError('too-large', 'a path in the archive is too long')
  }
  // What the decoder writes for bytes that are not UTF-8; Go allows it in no path of a module.
  if (untrustedPath.includes('\ufffd'))
    return new GomodError('malformed', 'a path in the archive is not UTF-8')
  return null
}
