import { createRequire } from 'node:module'
import { Language, Parser } from 'web-tree-sitter'

/**
 * A parser for Go source, from the WebAssembly files of the installed packages. One parser serves one thread; it holds
 * memory outside the heap, so `delete()` it (or let `using` do it) when done.
 *
 * @throws Error where a package's file is missing or does not fit the other's version: an installation fault.
 */
export async function loadGoParser(): Promise<Parser> {
  const require = createRequire(import.meta.url)
  // Initialising again is a no-op that answers the first initialisation's promise.
  await Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') })
  const language = await Language.load(require.resolve('tree-sitter-go/tree-sitter-go.wasm'))
  return new Parser().setLanguage(language)
}
