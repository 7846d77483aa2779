import { createRequire } from 'node:module'
import { Language, Parser } from 'web-tree-sitter'

/**
 * Loads a parser for Go source from the WebAssembly files of the installed packages. One parser serves one thread. It holds
 * memory outside the heap, so `delete()` it (or use `using`) when done.
 *
 * @throws Error if a package's file is missing or does not fit the other's version: an installation fault.
 */
export async function loadGoParser(): Promise<Parser> {
  const require = createRequire(import.meta.url)
  // A second initialisation is a no-op that returns the promise of the first.
  await Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') })
  const language = await Language.load(require.resolve('tree-sitter-go/tree-sitter-go.wasm'))
  return new Parser().setLanguage(language)
}
