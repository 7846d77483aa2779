import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FindingDraft } from '../../src/finding.ts'
import { assessModule } from '../../src/judge/assess.ts'
import type { AssessmentInput, ReadVersion, StrangerImport } from '../../src/judge/signals/facts.ts'
import { signalRule } from '../../src/judge/signals/table.ts'
import { copyOf, input, named, ORIGINAL, report, version } from './assess-fixtures.ts'

function only(facts: AssessmentInput): FindingDraft {
  const drafts = assessModule(facts)
  assert.equal(drafts.length, 1)
  const [draft] = drafts
  assert.ok(draft)
  for (const signal of draft.signals) assert.ok(signalRule(signal.rule), signal.rule)
  return draft
}

test('a name alone is low, a weak one is info, a candidate is nothing', () => {
  assert.equal(only(input({ candidates: [named('strong')] })).severity, 'low')
  assert.equal(only(input({ candidates: [named('medium')] })).severity, 'low')
  assert.equal(only(input({ candidates: [named('weak')] })).severity, 'info')
  assert.deepEqual(assessModule(input({ candidates: [named('candidate')] })), [])
  assert.deepEqual(assessModule(input()), [])
})

/** An owner whom the feed has first shown with the module. */
const owner = { name: 'qwertzuiop', modules: 1, firstSeenAt: new Date('2021-11-20T09:00:00Z') }

test('a stranger’s near-copy under its own path is medium, armed it is high, with a name critical', () => {
  const copy = copyOf()
  const armed = copyOf(ORIGINAL, { added: report({}) })
  assert.equal(only(input({ comparisons: [copy], owner })).severity, 'medium')
  assert.equal(only(input({ comparisons: [copy] })).severity, 'low', 'what forks look like')
  assert.equal(only(input({ comparisons: [armed], candidates: [named('candidate')] })).severity, 'high')
  const draft = only(input({ comparisons: [armed], candidates: [named('medium')] }))
  assert.equal(draft.severity, 'critical')
  assert.equal(draft.target, ORIGINAL.path)
  assert.match(
    draft.summary,
    /97 % the code of github\.com\/boltdb\/bolt under its own path and runs a process on import/,
  )
  assert.match(JSON.stringify(draft.signals), /exec\.Command\(\\"true\\"\)/)
  assert.deepEqual(draft.because, [
    {
      kind: 'decided',
      row: 'armed-and-disguised',
      severity: 'critical',
      version: 'v1.3.1',
      signals: ['near-copy', 'import-process', 'name-medium'],
      says: 'code was added that acts on import, and a name, a rewritten tag or a vanished repository disguises it',
    },
  ])
})

test('a whole original among other code is harmless alone, and as severe as a copy if the rest acts on import', () => {
  const around = (facts: Partial<ReturnType<typeof copyOf>>, changes = {}): ReturnType<typeof copyOf> => {
    const copy = copyOf(ORIGINAL, facts)
    const held = { similarity: 0.1, nearCopy: false, inPlace: 0.99, holdsOriginal: true }
    return { ...copy, comparison: { ...copy.comparison, ...held, ...changes } }
  }
  const candidates = [named('candidate')]
  assert.deepEqual(assessModule(input({ comparisons: [around({})], candidates })), [])
  const reading = around({ added: report({ kind: 'files', what: 'os.ReadFile' }) })
  assert.deepEqual(assessModule(input({ comparisons: [reading], candidates })), [])
  const armed = around({ added: report({}) })
  const draft = only(input({ comparisons: [armed], candidates }))
  assert.equal(draft.severity, 'high')
  assert.equal(draft.target, ORIGINAL.path)
  assert.match(
    draft.summary,
    /holds 99 % of the code of github\.com\/boltdb\/bolt among its own and runs a process/,
  )
  assert.equal(only(input({ comparisons: [armed], candidates: [named('strong')] })).severity, 'critical')
  const unparsed = [{ file: 'a.go', reason: 'too-large' as const, line: null }]
  const unreadable = around({ added: { ...report(), unparsed } })
  assert.equal(only(input({ comparisons: [unreadable], candidates })).severity, 'high')
  const fork = around({ added: report({}) }, { declaredPath: ORIGINAL.path })
  assert.deepEqual(assessModule(input({ comparisons: [fork], candidates })), [])
})

test('loading a plugin or writing files on import arms a copy as well; reading files does not', () => {
  const severityWith = (kind: 'plugin' | 'files', what: string): string =>
    only(input({ comparisons: [copyOf(ORIGINAL, { added: report({ kind, what }) })] })).severity
  assert.equal(severityWith('plugin', 'plugin.Open'), 'high')
  assert.equal(severityWith('files', 'os.WriteFile'), 'high')
  assert.equal(severityWith('files', 'os.ReadFile'), 'low')
  const writes = copyOf(ORIGINAL, { added: report({ kind: 'files', what: 'os.WriteFile' }) })
  assert.match(only(input({ comparisons: [writes] })).summary, /and writes files on import by added code/)
})

test('a stranger’s small change with a rare capability is high, an established owner’s readable one medium', () => {
  const later = { onImport: false, reachedFrom: [] }
  const added = (use: Parameters<typeof report>[0]) => [copyOf(ORIGINAL, { added: report(use) })]
  for (const kind of ['native', 'assembly', 'interpreter', 'global', 'persistence'] as const) {
    const comparisons = added({ ...later, kind })
    assert.equal(only(input({ comparisons, owner })).severity, 'high', kind)
    assert.equal(only(input({ comparisons })).severity, 'medium', `${kind}, by no new owner`)
  }
  const place = { ...later, kind: 'network' as const, what: 'net/http.Post', folded: 'http://127.0.0.1:9/' }
  const reached = added({ ...place, calledFrom: ['Middleware'] })
  assert.equal(only(input({ comparisons: reached, owner })).severity, 'high')
  assert.equal(only(input({ comparisons: added(place), owner })).severity, 'medium', 'nothing calls it')
  assert.equal(only(input({ comparisons: added({ ...later, kind: 'process' }), owner })).severity, 'medium')
})

test('what is hidden, or named like the original, needs no proof that it runs', () => {
  const use = { onImport: false, reachedFrom: [] }
  const far = [copyOf(ORIGINAL, { added: report({ ...use, column: 600 }) })]
  assert.equal(only(input({ comparisons: far })).severity, 'high')
  const calm = [copyOf(ORIGINAL, { added: report(use) })]
  assert.equal(only(input({ comparisons: calm })).severity, 'medium')
  assert.equal(only(input({ comparisons: calm, candidates: [named('medium')] })).severity, 'high')
  const generated = { ...report(use), generated: ['db.go'] }
  assert.equal(only(input({ comparisons: [copyOf(ORIGINAL, { added: generated })] })).severity, 'high')
  const dll = { kind: 'native' as const, file: 'zsyscall_windows.go', what: 'syscall.Syscall6', ...use }
  const calls = { ...report(dll), generated: ['zsyscall_windows.go'] }
  assert.equal(only(input({ comparisons: [copyOf(ORIGINAL, { added: calls })] })).severity, 'medium')
})

test('a look-alike whose tag was rewritten is high with any code, and critical if it can do more', () => {
  const rewritten = (added: ReturnType<typeof report>) => [
    version({ verdict: 'tag-moved', commit: 'b'.repeat(40) }, { cachedCommit: 'a'.repeat(40), added }),
  ]
  const bypass = only(input({ candidates: [named('medium')], versions: rewritten(report()) }))
  assert.equal(bypass.severity, 'high')
  assert.equal(only(input({ comparisons: [copyOf()], versions: rewritten(report()) })).severity, 'high')
  const asked = rewritten(report({ onImport: false, kind: 'secrets' }))
  assert.equal(only(input({ candidates: [named('medium')], versions: asked })).severity, 'critical')
  assert.equal(only(input({ versions: asked })).severity, 'medium', 'no look-alike: an honest re-tag')
})

test('a module that imitates nothing is high where two facts about what it does on import agree', () => {
  const whole = (...uses: Parameters<typeof report>): ReturnType<typeof assessModule> =>
    assessModule(input({ read: [{ version: 'v1.0.0', report: report(...uses) }] }))
  const severities = (drafts: ReturnType<typeof assessModule>) => drafts.map(({ severity }) => severity)
  const network = { kind: 'network' as const, what: 'net/http.Get' }
  assert.deepEqual(severities(whole({}, network)), ['high'], 'downloads and runs')
  assert.deepEqual(severities(whole({}, { kind: 'persistence' })), ['high'])
  assert.deepEqual(severities(whole({ kind: 'secrets', what: 'os.Environ' }, network)), ['high'])
  const configured = whole({ kind: 'secrets', what: 'os.Getenv' }, network)
  assert.deepEqual(configured, [], 'one variable is how programs are configured')
  assert.deepEqual(whole({}), [])
  assert.deepEqual(whole({ reachedFrom: ['main'] }, { ...network, reachedFrom: ['main'] }), [], 'a command')
  const built = {
    file: 'a.go',
    line: 3,
    column: 1,
    value: 'true',
    how: ['base64'],
    onImport: true,
    quote: 'x',
  }
  const hidden = { ...report({}), strings: [built] }
  const drafts = assessModule(input({ read: [{ version: 'v1.0.0', report: hidden }] }))
  assert.deepEqual(severities(drafts), ['high'], 'hides what it runs')
})

test('a version that begins to do more tells so, and is worse where it is out of sight or has a resembling name', () => {
  const read = [version19(), version110({ kind: 'native' })]
  const draft = only(input({ read, candidates: [named('medium')] }))
  assert.equal(draft.severity, 'medium')
  const begun = draft.signals.find(({ rule }) => rule === 'version-begins')
  assert.equal(begun?.version, 'v1.10.0')
  assert.match(JSON.stringify(begun?.evidence), /"since":"v1.9.0","capabilities":\["added-native"\]/)
  assert.deepEqual(assessModule(input({ read })), [], 'alone it is no finding')
  const module = { ...input().module, repositoryMissing: true }
  assert.equal(only(input({ read, module })).severity, 'high')
  const time = '2026-11-02T10:00:00.000000Z'
  const repository = { repository: 'https://github.com/boltdb-go/bolt', tag: null, version: null, from: null }
  const returned = [
    { ...repository, kind: 'returned' as const, to: null, lastSeenAt: time, firstSeenAt: time },
  ]
  const established = { ...input().module, dependents: 4_000 }
  assert.deepEqual(assessModule(input({ changes: returned, module: established })), [])
  const afterReturn = only(input({ read, changes: returned, module: established }))
  assert.deepEqual([afterReturn.severity, afterReturn.because[0]?.row], ['high', 'begins-after-return'])
  const steady = [version19({ kind: 'native' }), version110({ kind: 'native' })]
  assert.equal(only(input({ read: steady, candidates: [named('medium')] })).severity, 'low')
})

test('a version that begins to do more and to hide it, or to import a stranger’s module, is high in an established module', () => {
  const module = { ...input().module, dependents: 4_000 }
  const string = {
    file: 'db.go',
    line: 12,
    column: 2,
    value: 'true',
    how: ['base64'],
    onImport: true,
    quote: '',
  }
  const later = { kind: 'interpreter' as const, onImport: false, reachedFrom: [] }
  const hiding = (of: ReadVersion): ReadVersion => ({ ...of, report: { ...of.report, strings: [string] } })
  const decide = (read: ReadVersion[], strangerImports: StrangerImport[] = []): unknown[] =>
    assessModule(input({ module, read, strangerImports })).map(({ severity, because }) => [
      severity,
      because[0]?.row,
    ])
  assert.deepEqual(decide([version19(), hiding(version110(later))]), [['high', 'begins-to-hide']])
  assert.deepEqual(decide([hiding(version19(later)), hiding(version110(later))]), [])
  const stranger: StrangerImport = {
    version: 'v1.10.0',
    since: 'v1.9.0',
    owner: 'github.com/new',
    modules: 1,
    firstSeenAt: '2026-11-01T00:00:00.000Z',
    imports: ['github.com/new/x/y'],
  }
  assert.deepEqual(decide([version19(), version110()], [stranger]), [], 'new owners are imported every day')
  assert.deepEqual(decide([version19(), version110(later)], [stranger]), [['high', 'begins-with-a-stranger']])
})

test('a burst of versions is high where the module acts on import', () => {
  const burst = { versions: 1_200, from: '2026-01-01T00:00:00.000Z', until: '2026-06-30T00:00:00.000Z' }
  assert.deepEqual(assessModule(input({ burst })), [])
  const draft = only(input({ burst, read: [version19({ kind: 'network' })] }))
  assert.deepEqual([draft.severity, draft.because[0]?.row], ['high', 'acts-in-a-burst'])
})

function version19(...uses: Parameters<typeof report>): ReadVersion {
  return { version: 'v1.9.0', report: report(...uses) }
}

function version110(...uses: Parameters<typeof report>): ReadVersion {
  return { version: 'v1.10.0', report: report(...uses) }
}

test('the boltdb-go attack: a rewritten tag with a name is critical, and is one finding', () => {
  const rewritten = version(
    { verdict: 'tag-moved', commit: 'b'.repeat(40) },
    { cachedCommit: 'a'.repeat(40), added: report({ kind: 'network' }) },
  )
  const draft = only(input({ candidates: [named('medium')], versions: [rewritten] }))
  assert.equal(draft.severity, 'critical')
  assert.equal(draft.target, ORIGINAL.path)
  const alone = only(input({ versions: [rewritten] }))
  assert.equal(alone.severity, 'critical')
  assert.equal(alone.target, null)
})

test('a difference that is no longer present stays, with its own severity', () => {
  const times = { firstSeenAt: '2026-02-01T10:00:00Z', lastSeenAt: '2026-02-02T10:00:00Z' }
  const same = version({ verdict: 'same', files: [] }, { added: null })
  const after = (then: ReturnType<typeof version>, now = same, more = {}): FindingDraft[] =>
    assessModule(input({ versions: [now], past: [{ inspection: then, ...times }], ...more }))
  const armed = version({}, { added: report({}) })
  const calm = version({}, { added: report() })
  assert.deepEqual(
    after(armed).map(({ severity }) => severity),
    ['high'],
  )
  assert.deepEqual(
    after(calm).map(({ severity }) => severity),
    ['medium'],
  )
  const docs = version({ files: [{ path: 'README.md', change: 'modified', diff: null }] })
  assert.deepEqual(after(docs), [], 'an honest re-tag')
  const rules = (draft: FindingDraft | undefined) => draft?.signals.map(({ rule }) => rule) ?? []
  assert.ok(!rules(after(calm, armed)[0]).includes('past-difference'), 'what is still shown is no past')
  assert.ok(
    rules(after(armed, calm)[0]).includes('past-import'),
    'a harmless difference does not hide a worse one',
  )
  const established = { module: { ...input().module, dependents: 900 } }
  assert.deepEqual(
    [armed, calm].map((then) => after(then, same, established)[0]?.severity),
    ['high', 'low'],
  )
  const allowed = { kind: 'path' as const, target: null, who: 'ada', when: '2026-01-01', why: 'ours' }
  assert.equal(after(armed, same, { allow: [allowed] })[0]?.severity, 'high')
})

test('one project is no excuse for added code that acts on import', () => {
  const target = { ...ORIGINAL, sameProject: 'both names lead to one repository' }
  assert.equal(only(input({ comparisons: [copyOf(target)] })).severity, 'info')
  assert.equal(only(input({ comparisons: [copyOf(target, { added: report({}) })] })).severity, 'high')
})

test('a difference is medium, harmless files only are low, an established module is lowered unless it does something', () => {
  const established = { ...input().module, dependents: 900 }
  assert.equal(only(input({ versions: [version()] })).severity, 'medium')
  const docs = version({
    verdict: 'tag-moved',
    files: [
      { path: 'README.md', change: 'modified', diff: null },
      { path: 'db_test.go', change: 'modified', diff: null },
      { path: 'db.go', change: 'eol-only', diff: null },
    ],
  })
  assert.equal(only(input({ versions: [docs] })).severity, 'low')
  assert.equal(only(input({ module: established, versions: [version()] })).severity, 'low')
  const unread = version({}, { added: null })
  assert.equal(only(input({ module: established, versions: [unread] })).severity, 'medium')
  const later = version({}, { added: report({ onImport: false, reachedFrom: [] }) })
  assert.equal(only(input({ module: established, versions: [later] })).severity, 'medium')
})

test('a file that can be compiled is never harmless, under any name and in any folder', () => {
  const severityOf = (path: string): string =>
    only(input({ versions: [version({ files: [{ path, change: 'modified', diff: null }] })] })).severity
  const compiled = [
    'security.go',
    'license.go',
    'notice.s',
    'testdata/x/x.go',
    '.github/x/x.go',
    'docs/doc.go',
    '.vscode/a.syso',
  ]
  for (const path of compiled) assert.equal(severityOf(path), 'medium', path)
  const harmless = [
    'SECURITY.md',
    'LICENSE',
    'docs/guide.md',
    'testdata/x.json',
    'testdata/x_test.go',
    '.circleci/config.yml',
    'website/README.md',
  ]
  for (const path of harmless) assert.equal(severityOf(path), 'low', path)
})

test('what editors, agents and code hosts run is never harmless', () => {
  const severityOf = (path: string): string =>
    only(input({ versions: [version({ files: [{ path, change: 'modified', diff: null }] })] })).severity
  const run = [
    '.vscode/tasks.json',
    '.github/workflows/ci.yml',
    '.github/README.md',
    '.devcontainer/devcontainer.json',
    '.claude/commands/readme.md',
    '.cursor/rules/testdata/a.mdc',
    'web/.idea/LICENSE',
    'AGENTS.md',
    'docs/CLAUDE.md',
  ]
  for (const path of run) assert.equal(severityOf(path), 'medium', path)
})

test('what is embedded is never harmless', () => {
  const embeds = ['docs', 'testdata/*.json', 'README.md', 'web/static*/[a-z].txt']
  const severityOf = (path: string): string =>
    only(
      input({
        versions: [
          version(
            { files: [{ path, change: 'modified', diff: null }] },
            { added: { ...report(), embeds, uses: [] } },
          ),
        ],
      }),
    ).severity
  for (const path of ['docs/guide.md', 'testdata/x.json', 'README.md'])
    assert.equal(severityOf(path), 'medium', path)
  for (const path of ['doc/guide.md', 'testdata/x.txt', 'LICENSE'])
    assert.equal(severityOf(path), 'low', path)
})

test('verdicts of others are critical and a wrong sum is high, even if an honest reason explains the name', () => {
  const module = { ...input().module, blocked: 'considers this module to be malicious' }
  assert.equal(only(input({ module })).severity, 'critical')
  const malicious = [{ id: 'MAL-1', source: 'ossf', summary: 'x', versions: null }]
  const allow = [{ kind: 'path' as const, target: null, who: 'a', when: '2026-01-01', why: 'b' }]
  assert.equal(only(input({ malicious, allow })).severity, 'critical')
  const wrong = version({ verdict: 'same', files: [] }, { sumDisagrees: { zip: 'h1:x=', signed: 'h1:y=' } })
  assert.equal(only(input({ versions: [wrong] })).severity, 'high')
})

test('honest explanations lower and are listed', () => {
  const moved = { ...ORIGINAL, sameProject: 'redirects to it' }
  const draft = only(input({ comparisons: [copyOf(moved)], candidates: [named('strong', moved)] }))
  assert.equal(draft.severity, 'info')
  assert.ok(draft.signals.some((s) => s.rule === 'honest-same-project'))
  assert.deepEqual(
    draft.because.map(({ kind, row, severity, version }) => [kind, row, severity, version]),
    [
      ['decided', 'copy-does-more', 'medium', 'v1.3.1'],
      ['lowered', 'same-project', 'info', null],
      ['honest', 'no-lookalike', 'medium', null],
    ],
  )
  const older = { ...input().module, firstCachedAt: new Date('2018-01-01T00:00:00Z') }
  assert.equal(only(input({ module: older, comparisons: [copyOf()] })).severity, 'info')
  const allow = [{ kind: 'pair' as const, target: 'github.com/other/thing', who: 'a', when: 'b', why: 'c' }]
  assert.equal(only(input({ allow, owner, comparisons: [copyOf()] })).severity, 'medium')
  const keeps = { ...copyOf().comparison, declaredPath: ORIGINAL.path }
  assert.deepEqual(assessModule(input({ comparisons: [copyOf(ORIGINAL, { comparison: keeps })] })), [])
  const armed = only(input({ comparisons: [copyOf(ORIGINAL, { comparison: keeps, added: report({}) })] }))
  assert.equal(armed.severity, 'medium')
})

test('signals of different versions are not added up', () => {
  const armed = version({ version: 'v1.0.0' }, { added: report({}) })
  const moved = version({ version: 'v1.1.0', verdict: 'tag-moved' })
  assert.equal(only(input({ versions: [armed, moved] })).severity, 'high')
})

test('content names the target, not the most famous name', () => {
  const famous = { ...ORIGINAL, path: 'github.com/famous/bolt', dependents: 90000 }
  const candidates = [named('strong', famous), named('candidate')]
  assert.equal(only(input({ candidates, comparisons: [copyOf()] })).target, ORIGINAL.path)
  assert.equal(only(input({ candidates: [named('medium'), named('medium', famous)] })).target, famous.path)
})

test('a twin with the same payload is nearer than the original, and is not what is imitated', () => {
  const twin = {
    path: 'github.com/throw-away/bolt',
    dependents: 0,
    firstCachedAt: new Date('2021-11-01T00:00:00Z'),
    sameProject: null,
  }
  const near = copyOf(twin)
  const comparisons = [{ ...near, comparison: { ...near.comparison, similarity: 1 } }, copyOf()]
  assert.equal(only(input({ comparisons })).target, ORIGINAL.path)
  const far = copyOf()
  const elsewhere = { ...far, comparison: { ...far.comparison, similarity: 0.62 } }
  assert.equal(
    only(input({ comparisons: [{ ...near, comparison: { ...near.comparison, similarity: 1 } }, elsewhere] }))
      .target,
    twin.path,
  )
})

test('a weak name does not lend its target to a tag that was re-made', () => {
  assert.equal(only(input({ candidates: [named('weak')], versions: [version()] })).target, null)
})

test('added code that cannot be read is high', () => {
  const beyond = { ...report(), unparsed: [{ file: 'z.go', reason: 'too-deep' as const, line: 1 }] }
  assert.equal(only(input({ comparisons: [copyOf(ORIGINAL, { added: beyond })] })).severity, 'high')
  const broken = { ...report(), unparsed: [{ file: 'z.go', reason: 'syntax' as const, line: 1 }] }
  assert.equal(only(input({ comparisons: [copyOf(ORIGINAL, { added: broken })] })).severity, 'medium')
})
