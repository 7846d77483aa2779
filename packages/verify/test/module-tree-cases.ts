import type { LabFiles, LabTag } from '@mirrorwatch/testing/git/git-lab'

/** Case for Go and for this package: the zip of `module@version` from a repository with these files. */
export interface LabCase {
  name: string
  files: LabFiles
  /** Module path below `github.com/lab/<name>`. Default: the root. */
  below?: string
  /** Default: v1.0.0. */
  version?: string
  /** Default: one lightweight tag, of the version. */
  tags?: LabTag[]
}

const MOD = 'module github.com/lab/x\n'
const A = 'package a\n'
const LICENSE = 'Do as you like.\n'
const COMMIT = 'd6cd1e2bd19e03a81132a23b2025920577f84e37'

/** Makes one case of each name with its outcome: one bad name would spoil a shared zip. */
function named(label: string, ...names: string[]): LabCase[] {
  return names.map((file, i) => ({ name: `${label}${i}`, files: { 'go.mod': MOD, 'a.go': A, [file]: 'x' } }))
}

const CONTENTS: Record<string, string | Buffer> = {
  'lf.txt': 'one\ntwo\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  'mixed.txt': 'one\r\ntwo\nthree',
  'lone.txt': 'one\rtwo\nthree\n',
  'nul.txt': Buffer.from('one\ntwo\0\nthree\n'),
  'binary.txt': Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  'empty.txt': '',
  'latin.txt': Buffer.from('caf\xe9\nna\xefve\n', 'latin1'),
  'ident.txt': 'a $Id$ b\nc $Id: 123 $ d\ne $Id: x y $ f\n$Id: \n$\n',
}

const ATTRIBUTES = [
  '* text',
  '* text=auto',
  '* text eol=lf',
  '* text=auto eol=lf',
  '* text eol=crlf',
  '* eol=crlf',
  '* text=auto eol=crlf',
  '* -text eol=crlf',
  '* -text',
  '* binary',
  '* crlf',
  '* crlf=input',
  '* ident',
  '* ident text eol=crlf',
  '* working-tree-encoding=UTF-16LE',
  '* working-tree-encoding=UTF-16 text eol=crlf',
  '* working-tree-encoding=latin1',
  '* working-tree-encoding=no-such-encoding',
  '* filter=lfs diff=lfs merge=lfs -text',
  '* filter=unknown text eol=crlf',
  '*.txt export-ignore',
  '*.txt export-subst',
  '[attr]odd text eol=crlf\n*.txt odd',
  '[attr]gone export-ignore\n*.txt gone',
  '/lf.txt eol=crlf\n!nul.txt eol=crlf',
]

const attributes: LabCase[] = ATTRIBUTES.map((line, i) => ({
  name: `attributes${i}`,
  files: { 'go.mod': MOD, 'a.go': A, '.gitattributes': `${line}\n`, LICENSE, ...CONTENTS },
}))

const VENDORED: LabFiles = Object.fromEntries(
  [
    'vendor/modules.txt',
    'vendor/foo.go',
    'vendor/x/y.go',
    'vendor/vendor/z.go',
    'pkg/vendor/foo/foo.go',
    'pkg/vendor/vendor.go',
    'pkg/vendor/modules.txt',
    'a/b/vendor/q.go',
    'a/vendor/b',
    'myvendor/x/y.go',
    'vendorx/x/y.go',
    'f/vendor',
    'Vendored/x/u.go',
    'vendor/x/aux.go',
    'vendor/x/NAME',
    'vendor/x/name',
  ].map((path) => [path, path]),
)

const vendor: LabCase[] = ['', 'go 1.19\n', 'go 1.23.5\n'].map((line, i) => ({
  name: `vendor${i}`,
  files: { 'go.mod': MOD + line, 'a.go': A, ...VENDORED },
}))

const layouts: LabCase[] = [
  { name: 'plain', files: { 'go.mod': MOD, 'a.go': A, LICENSE, 'docs/x.md': 'x' } },
  { name: 'nomod', files: { 'a.go': A } },
  { name: 'nomod2', files: { 'a.go': A }, version: 'v2.0.0+incompatible', tags: [{ name: 'v2.0.0' }] },
  {
    name: 'hasmod2',
    files: { 'go.mod': MOD, 'a.go': A },
    version: 'v2.0.0+incompatible',
    tags: [{ name: 'v2.0.0' }],
  },
  { name: 'annotated', files: { 'go.mod': MOD, 'a.go': A }, tags: [{ name: 'v1.0.0', kind: 'annotated' }] },
  { name: 'nested-tag', files: { 'go.mod': MOD, 'a.go': A }, tags: [{ name: 'v1.0.0', kind: 'nested' }] },
  {
    name: 'branch2',
    files: { 'go.mod': 'module github.com/lab/branch2/v2\n', 'a.go': A },
    below: 'v2',
    version: 'v2.1.0',
  },
  {
    name: 'directory2',
    files: {
      'go.mod': 'module github.com/lab/directory2\n',
      'a.go': A,
      LICENSE,
      'v2/go.mod': 'module github.com/lab/directory2/v2\n',
      'v2/b.go': A,
    },
    below: 'v2',
    version: 'v2.1.0',
  },
  {
    name: 'both4',
    files: {
      'go.mod': 'module github.com/lab/both4/v4\n',
      'v4/go.mod': 'module github.com/lab/both4/v4\n',
      'v4/a.go': A,
    },
    below: 'v4',
    version: 'v4.0.0',
  },
  {
    name: 'wrong5',
    files: {
      'go.mod': 'module github.com/lab/wrong5/v5\n',
      'v5/go.mod': 'module github.com/lab/wrong5\n',
      'v5/a.go': A,
    },
    below: 'v5',
    version: 'v5.0.0',
  },
  { name: 'major-missing', files: { 'go.mod': MOD, 'a.go': A }, below: 'v2', version: 'v2.0.0' },
  { name: 'major-extra', files: { 'go.mod': 'module github.com/lab/x/v3\n', 'a.go': A } },
  { name: 'gopkg-bug', files: { 'go.mod': 'module gopkg.in/lab.v9\n', 'a.go': A } },
  { name: 'other-path', files: { 'go.mod': 'module example.org/fork/of/this\n', 'a.go': A } },
  { name: 'quoted', files: { 'go.mod': '// x\nmodule "github.com/lab/quoted" // y\n', 'a.go': A } },
  { name: 'broken-mod', files: { 'go.mod': 'module github.com/lab/broken-mod\nrequire (\n', 'a.go': A } },
  { name: 'empty-mod', files: { 'go.mod': '', 'a.go': A } },
  { name: 'link-mod', files: { 'go.mod': { symlink: 'other' }, other: MOD, 'a.go': A } },
  { name: 'exec-mod', files: { 'go.mod': { executable: MOD }, 'a.go': A } },
  {
    name: 'below',
    files: { 'go.mod': MOD, 'sub/go.mod': 'module github.com/lab/below/sub\n', 'sub/b.go': A, LICENSE },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'below-major',
    files: {
      'sub/v3/go.mod': 'module github.com/lab/below-major/sub/v3\n',
      'sub/v3/b.go': A,
      'sub/c.go': A,
      LICENSE,
    },
    below: 'sub/v3',
    version: 'v3.0.0',
    tags: [{ name: 'sub/v3.0.0' }],
  },
  {
    name: 'below-nomod',
    files: { 'go.mod': MOD, 'sub/b.go': A },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'below-own-license',
    files: { 'sub/go.mod': MOD, 'sub/LICENSE': 'mine', LICENSE },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'below-link-license',
    files: { 'sub/go.mod': MOD, 'sub/a.go': A, 'sub/LICENSE': { symlink: '../LICENSE' }, LICENSE },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'root-link-license',
    files: { 'sub/go.mod': MOD, 'sub/a.go': A, LICENSE: { symlink: 'docs/LIC.txt' }, 'docs/LIC.txt': 'x' },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'below-lower-license',
    files: { 'sub/go.mod': MOD, 'sub/license': 'mine', LICENSE },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'below-dir-license',
    files: { 'sub/go.mod': MOD, 'sub/LICENSE/x': 'mine', LICENSE },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'below-attributes',
    files: {
      '.gitattributes': '* text eol=crlf\nsub/ export-ignore\n',
      'sub/.gitattributes': 'keep.txt -text\n*.md export-subst\n',
      'sub/go.mod': MOD,
      'sub/keep.txt': 'a\nb\n',
      'sub/turn.txt': 'a\nb\n',
      'sub/s.md': '$Format:%H$\n',
      LICENSE: 'a\nb\n',
    },
    below: 'sub',
    tags: [{ name: 'sub/v1.0.0' }],
  },
  {
    name: 'link-attributes',
    files: {
      'go.mod': MOD,
      '.gitattributes': { symlink: 'real' },
      real: '* text eol=crlf\n',
      'a.txt': 'a\nb\n',
    },
  },
  {
    name: 'nested-modules',
    files: {
      'go.mod': MOD,
      'a.go': A,
      'sub/go.mod': 'x',
      'sub/b.go': A,
      'ex/go.mod': { executable: 'x' },
      'ex/c.go': A,
      'emp/go.mod': '',
      'emp/d.go': A,
      'up/GO.MOD': 'x',
      'up/e.go': A,
      'lnk/go.mod': { symlink: 'x' },
      'lnk/f.go': A,
      'gl/go.mod': { submodule: COMMIT },
      'gl/g.go': A,
      'dirmod/go.mod/x': 'x',
      'dirmod/h.go': A,
      'sub/deep/aux.go': 'legal here',
      'sub/Deep/README': 'x',
      'sub/deep/readme': 'x',
    },
  },
  {
    name: 'irregular',
    files: {
      'go.mod': MOD,
      'a.go': A,
      'link.go': { symlink: 'a.go' },
      dirlink: { symlink: 'd' },
      dangling: { symlink: 'nowhere' },
      submodule: { submodule: COMMIT },
      '.gitmodules': '[submodule "x"]\n',
      '.hg_archival.txt': 'x',
      'd/.hg_archival.txt': 'x',
      '.gitignore': '*\n',
      '.github/x.yml': 'x',
      'run.sh': { executable: '#!/bin/sh\n' },
      empty: '',
      '_x/y.go': A,
      'testdata/z': 'z',
      'gl:odd': { submodule: COMMIT },
    },
  },
  {
    name: 'lfs',
    files: {
      'go.mod': MOD,
      '.gitattributes': '*.bin filter=lfs -text\n',
      'x.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n',
    },
  },
  {
    name: 'long-names',
    files: {
      'go.mod': MOD,
      [`${'directory/'.repeat(20)}${'n'.repeat(150)}.go`]: A,
      [`${'é'.repeat(90)}/x`]: 'x',
    },
  },
  {
    name: 'many',
    files: {
      'go.mod': MOD,
      ...Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`d${i % 9}/f${i}.txt`, `${i}\n`])),
    },
  },
  { name: 'collide-case', files: { 'go.mod': MOD, README: 'x', readme: 'y' } },
  { name: 'collide-link', files: { 'go.mod': MOD, README: 'x', readme: { symlink: 'y' } } },
  { name: 'collide-dir', files: { 'go.mod': MOD, 'Foo/x': 'x', 'foo/y': 'y' } },
  { name: 'collide-filedir', files: { 'go.mod': MOD, foo: 'x', 'FOO/y': 'y' } },
  { name: 'collide-long-s', files: { 'go.mod': MOD, 'ſ.txt': 'x', 's.txt': 'y' } },
  { name: 'collide-kelvin', files: { 'go.mod': MOD, '\u212a.txt': 'x', 'k.txt': 'y' } },
  { name: 'collide-sigma', files: { 'go.mod': MOD, ς: 'x', σ: 'y' } },
  { name: 'collide-eszett', files: { 'go.mod': MOD, ß: 'x', ẞ: 'y' } },
  { name: 'collide-vendor', files: { 'go.mod': MOD, 'Vendor/a': 'x', 'vendor/modules.txt': 'y' } },
  { name: 'collide-vendored', files: { 'go.mod': MOD, 'vendor/x/A': 'x', 'vendor/x/a': 'y' } },
  { name: 'no-collision', files: { 'go.mod': MOD, ß: 'x', ss: 'y', İ: 'x', i: 'y', ı: 'z' } },
  { name: 'upper-mod', files: { 'GO.MOD': MOD, 'a.go': A } },
  { name: 'two-mods', files: { 'go.mod': MOD, 'Go.Mod': MOD, 'a.go': A } },
  { name: 'latin-name', files: { 'go.mod': MOD, 'raw:caf\xe9': 'x' } },
  { name: 'latin-vendored', files: { 'go.mod': MOD, 'raw:vendor/x/caf\xe9': 'x' } },
  { name: 'latin-nested', files: { 'go.mod': MOD, 'n/go.mod': 'x', 'raw:n/caf\xe9': 'x' } },
  { name: 'latin-link', files: { 'go.mod': MOD, 'raw:caf\xe9': { symlink: 'x' } } },
  { name: 'link-bad-name', files: { 'go.mod': MOD, 'aux.link': { symlink: 'x' } } },
]

const names: LabCase[] = [
  ...named(
    'good',
    '漢字.txt',
    'αβ/γ',
    '\u{20000}.txt',
    '\uff21',
    'ﬁ',
    '..foo',
    'a..b',
    'foo~1.go',
    ' lead',
    'trail ',
    '-dash',
    '[x]{y}',
    '!a#b$c%d&e',
    '日本/語.go',
  ),
  ...named(
    'bad',
    'e\u0301',
    '😀',
    "it's",
    'a*b',
    'a:b',
    'a\\b',
    'a;b',
    'a"b',
    'a\tb',
    'a\nb',
    'a\u00a0b',
    '٣',
    'aux.go',
    'CON/x',
    'com1.tar.gz',
    'enddot.',
    'a|b',
    'a<b',
    'a`b',
    'a?b',
    'x./y',
    'NUL',
  ),
]

const versions: LabCase[] = [
  { name: 'tag-meta', files: { 'go.mod': MOD, 'a.go': A }, tags: [{ name: 'v1.0.0+meta' }] },
  { name: 'tag-short', files: { 'go.mod': MOD, 'a.go': A }, tags: [{ name: 'v1.0' }] },
  {
    name: 'tag-pre',
    files: { 'go.mod': MOD, 'a.go': A },
    version: 'v1.0.0-rc.1',
    tags: [{ name: 'v1.0.0-rc.1' }],
  },
  {
    name: 'tag-other',
    files: { 'go.mod': MOD, 'a.go': A },
    version: 'v1.0.0',
    tags: [{ name: 'v1.0.0-rc.1' }],
  },
]

export const LAB_CASES: LabCase[] = [...layouts, ...versions, ...vendor, ...attributes, ...names]
