import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, fuzzRuns, randomText } from '@mirrorwatch/testing/random'
import { matchGoImport, parseGoImports } from '../../src/discovery/go-import.ts'

function imports(html: string): string[] {
  return parseGoImports(html).imports.map(({ root, vcs, repository, subdir }) =>
    [root, vcs, repository, subdir].join(' ').trimEnd(),
  )
}

const TAG = '<meta name="go-import" content="example.com/a git https://example.com/r">'
const PARSED = ['example.com/a git https://example.com/r']

test('go-import tags are read as leniently as Go reads them', () => {
  const pages: [page: string, expected: string[]][] = [
    [TAG, PARSED],
    [`<!DOCTYPE html><html><head>${TAG}</head>`, PARSED],
    ['<META CONTENT="example.com/a git https://example.com/r" NAME="go-import" />', PARSED],
    ["<meta name='go-import'\n\tcontent='example.com/a\n git\thttps://example.com/r'>", PARSED],
    ['<meta name=go-import content="example.com/a git https://example.com/r">', PARSED],
    [`<script>if (a < b && c > d) "<";</script><p<<br>${TAG}`, PARSED],
    [`<!-- ${TAG} -->`, []],
    [`<!-- x -->${TAG}`, PARSED],
    [`<body>${TAG}`, []],
    [`</head>${TAG}`, []],
    [`<header>${TAG}`, PARSED],
    ['<meta name="Go-Import" content="a.b/c git https://x">', []],
    ['<meta name="go-import" content="a.b/c git">', []],
    ['<meta name="go-import" content="a.b/c git https://x sub/dir">', ['a.b/c git https://x sub/dir']],
    ['<meta name="go-import" content="a.b/c git https://x sub more">', []],
    ['<meta name="go-import" content="a.b/c git https://x?a=1&amp;b=2">', ['a.b/c git https://x?a=1&b=2']],
    ['<meta name="go-import" content="a.b/c git https://x" content="y">', ['a.b/c git https://x']],
    ['<meta name="go-import" content="a.b/c git https://x', []],
    ['', []],
  ]
  for (const [page, expected] of pages) assert.deepEqual(imports(page), expected, page)
})

test('go-source tags are read too', () => {
  const page = '<meta name="go-source" content="a.b/c https://x https://x/{dir} https://x/{dir}#{line}">'
  assert.deepEqual(parseGoImports(page).sources, [{ root: 'a.b/c', home: 'https://x' }])
})

test('the covering tag is found as Go finds it', () => {
  const page = (...contents: string[]): ReturnType<typeof matchGoImport> =>
    matchGoImport(
      parseGoImports(contents.map((content) => `<meta name="go-import" content="${content}">`).join(''))
        .imports,
      'a.b/c/d',
    )
  const found = (content: string): unknown =>
    parseGoImports(`<meta name="go-import" content="${content}">`).imports[0]
  assert.deepEqual(page('a.b/c git https://x'), found('a.b/c git https://x'))
  assert.deepEqual(page('a.b/c/d git https://x', 'a.b/cc git https://y'), found('a.b/c/d git https://x'))
  assert.equal(page('a.b/c/d/e git https://x'), null)
  assert.equal(page('a.b/c/ git https://x'), null)
  assert.equal(page('a.b/c git https://x', 'a.b/c/d git https://y'), 'ambiguous')
  assert.deepEqual(page('a.b/c git https://x', 'a.b/c/d mod https://y'), found('a.b/c/d mod https://y'))
  assert.equal(page('a.b mod https://x', 'a.b/c mod https://y'), 'ambiguous')
})

test('a page of a million tags is cut off, an unclosed one ends', () => {
  assert.equal(parseGoImports(TAG.repeat(1_000_000)).imports.length, 10_000)
  assert.deepEqual(imports(`<meta ${'a="'.repeat(200_000)}`), [])
  assert.deepEqual(imports('<'.repeat(2_000_000)), [])
  assert.deepEqual(imports(`<meta ${'a '.repeat(1_000_000)}`), [])
})

const PIECES = [
  '<meta',
  '<META ',
  '<',
  '>',
  '/>',
  '</head>',
  '<body',
  '<!--',
  '-->',
  ' name=',
  ' content=',
  '"',
  "'",
  'go-import',
  '"go-import"',
  'a.b/c git https://x',
  '"a.b/c mod https://y"',
  ' ',
  '\n',
  '\0',
  '=',
  '&amp;',
  '&#60;',
  '&',
  'é',
  '\ud800',
  '\u{1f600}',
  '<![CDATA[',
  ']]>',
  '<?xml',
  TAG,
]

test('no page makes the parser fail', () => {
  const random = createRandom(20_261_124)
  for (let run = 0; run < fuzzRuns(5_000); run++) {
    const page = randomText(random, PIECES, 40)
    const parsed = parseGoImports(page)
    for (const { root, vcs, repository } of parsed.imports) {
      assert.ok(root !== '' && vcs !== '' && repository !== '', page)
      assert.ok(!/\s/.test(root + vcs + repository), page)
    }
  }
})

test('numeric references are read as Go reads them, and nonsense stays', () => {
  const page = '<meta name="go-import" content="a.com&#x2F;b git https:&#47;&#47;a.com/b&#0;&#x110000;&#xg;">'
  assert.deepEqual(parseGoImports(page).imports, [
    { root: 'a.com/b', vcs: 'git', repository: 'https://a.com/b&#0;&#x110000;&#xg;', subdir: '' },
  ])
})
