import { readFile } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { sessionParameters } from '../session.ts'

/** Declaration that Node's types leave out. */
declare const WebAssembly: { Module: new (bytes: Uint8Array) => object }

/** Page cache of the embedded Postgres. The default of 128 MB is memory that the operating system's own cache has again. */
const SHARED_BUFFERS = '16MB'

/** V8's flags for compiling a whole module with the baseline compiler alone, and V8's defaults. */
const BASELINE = [
  '--liftoff-only',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
  '--no-wasm-lazy-compilation',
]
const DEFAULTS = ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering', '--wasm-lazy-compilation']

/**
 * Opens the database in `folder`, or makes it. One session serves every connection, so what other stores set per connection
 * is set here, once. There is no JIT, because there is one thread.
 */
export async function openPostgres(folder: string): Promise<PGlite> {
  const own = ['-c', 'jit=off', '-c', `shared_buffers=${SHARED_BUFFERS}`]
  return PGlite.create({
    dataDir: folder,
    // The search for a part of a path uses trigrams.
    extensions: { pg_trgm },
    pgliteWasmModule: await compilePostgres(),
    startParams: [...PGlite.defaultStartParams, ...sessionParameters(), ...own],
  })
}

/**
 * Compiles the WebAssembly of Postgres so that V8 never optimises it. V8's optimising compiler takes 600 MB and 3.5 s of CPU
 * for one of its functions, the interpreter of expressions, some seconds after every start; the next largest takes 41 MB.
 * Series of queries run 1.4 times as fast with optimised code, once that is paid. The flags count while functions are compiled,
 * so modules compiled later are optimised as usual.
 */
async function compilePostgres(): Promise<object> {
  const bytes = await readFile(new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite')))
  for (const flag of BASELINE) setFlagsFromString(flag)
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    for (const flag of DEFAULTS) setFlagsFromString(flag)
  }
}
