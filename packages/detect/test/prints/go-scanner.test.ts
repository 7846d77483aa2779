import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import type { Node } from 'web-tree-sitter'
import { END, GoScanner, SEMICOLON } from '../../src/prints/go-scanner.ts'

function tokensOf(source: string | Buffer): string[] {
  const bytes = Buffer.from(source)
  const scanner = new GoScanner(bytes)
  const tokens: string[] = []
  while (scanner.next())
    tokens.push(scanner.kind === SEMICOLON ? ';' : bytes.toString('utf8', scanner.start, scanner.end))
  return tokens
}

const withoutSemicolons = (tokens: readonly string[]): string[] => tokens.filter((token) => token !== ';')

describe('the scanner for Go source', () => {
  test('inserts semicolons as the language does', () => {
    assert.equal(
      tokensOf('a\nb()\n}\n+\nreturn\nfunc\nx++\n1\n"s"\n`r`\n').join(' '),
      'a ; b ( ) ; } ; + return ; func x ++ ; 1 ; "s" ; `r` ;',
    )
    assert.deepEqual(tokensOf('a /* one line */ b'), ['a', 'b', ';'])
    assert.deepEqual(tokensOf('a /* two\nlines */ b // end'), ['a', ';', 'b', ';'])
  })

  test('splits operators at the longest match', () => {
    assert.equal(
      tokensOf('a&^=b<<=c...d<-e&^f&&g:=h~i').join(' '),
      'a &^= b <<= c ... d <- e &^ f && g := h ~ i ;',
    )
  })

  test('reads numbers, strings and runes to their ends', () => {
    assert.equal(
      tokensOf(`0x1p-2+1e+3-0xe+1 .5i 1_000 'a' '\\'' "q\\"w" \`b\\\``).join(' '),
      `0x1p-2 + 1e+3 - 0xe + 1 .5i 1_000 'a' '\\'' "q\\"w" \`b\\\` ;`,
    )
  })

  test('ends on unfinished and on foreign bytes', () => {
    for (const text of ['"open', '`open', "'", '/* open', '\0\u0001', '"a\\', '.', '0x', 'é∆'])
      assert.ok(tokensOf(text).length <= 4, text)
    const scanner = new GoScanner(Buffer.alloc(0))
    assert.equal(scanner.next(), false)
    assert.equal(scanner.kind, END)
  })

  test('needs time in proportion to the size of a hostile file', () => {
    for (const piece of ['/*', '/**/', '/**/\n', '"', '\\', '`', "'", '//', '(\n', 'a.']) {
      const scanner = new GoScanner(Buffer.from(piece.repeat(150_000)))
      const started = process.cpuUsage()
      while (scanner.next());
      const { user } = process.cpuUsage(started)
      assert.ok(user < 1_000_000, `${piece} took ${user} µs`)
    }
  })
})

describe('the scanner beside the parser', () => {
  const folder = new URL('../go/fixtures/', import.meta.url)
  const files = readdirSync(folder).flatMap((name) =>
    readFileSync(new URL(name, folder), 'utf8')
      .split(/^-- .* --$/m)
      .slice(1),
  )

  test('finds the same tokens', async (t) => {
    const parser = await loadParser()
    t.after(() => parser.delete())
    let compared = 0
    for (const source of files) {
      const tree = parser.parse(source)
      if (tree === null || tree.rootNode.hasError) continue
      assert.deepEqual(withoutSemicolons(tokensOf(source)), leaves(tree.rootNode))
      tree.delete()
      compared++
    }
    assert.ok(compared > 10, `${compared} files`)
  })
})

const WHOLE = /^(interpreted_string_literal|raw_string_literal|rune_literal)$/

function leaves(node: Node): string[] {
  if (node.type === 'comment' || /^[\n;]$/.test(node.type)) return []
  if (node.childCount === 0 || WHOLE.test(node.type)) return node.text === '' ? [] : [node.text]
  return node.children.flatMap((child) => (child === null ? [] : leaves(child)))
}
