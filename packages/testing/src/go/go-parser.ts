import { createRequire } from 'node:module'
import { Language, Parser } from 'web-tree-sitter'

/** The parser that callers of this package hand in. */
export async function loadParser(): Promise<Parser> {
  const require = createRequire(import.meta.url)
  await Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') })
  return new Parser().setLanguage(await Language.load(require.resolve('tree-sitter-go/tree-sitter-go.wasm')))
}
