import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Signal } from '@mirrorwatch/detect/finding'
import { decide } from '@mirrorwatch/store/decisions/decide'
import { addNote } from '@mirrorwatch/store/decisions/note'
import { packTags } from '@mirrorwatch/store/repositories/tag-list'
import { allow } from '@mirrorwatch/store/tables/allow'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { watchPaths } from '@mirrorwatch/store/watch/entries'
import { aReason, copyOf, differenceOf, usesOf } from '@mirrorwatch/testing/findings/findings'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { NOW } from '@mirrorwatch/testing/store/databases'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import type { WebDeps } from '../src/server/serve.ts'
import { ask, enter, type LabServer, openWebLab, type WebLab } from './web-lab.ts'

/** Ways out of text, of attributes in either quote or none, of script, style, title, comment and textarea, and into addresses. */
const CORPUS = [
  '<xssmark>',
  '"><xssmark x="',
  "'><xssmark x='",
  '" xssmark="1',
  "' xssmark='1",
  ' xssmark=1 ',
  '</title><xssmark>',
  '</textarea><xssmark>',
  '</script><script>xssmark()</script>',
  '--><xssmark><!--',
  '<svg/onload=xssmark()>',
  '<img src=x onerror=xssmark()>',
  '&lt;xssmark&gt;&#60;xssmark&#62;',
  'javascript:xssmark()',
  'data:text/html,<xssmark>',
  '//xssmark.example/',
  '\u0000<xssmark\u0000>',
  '<xssmark\u2028>\u202e\u001b[31m',
  '${xssmark}{{xssmark}}<%xssmark%>',
]

const ATTACK = CORPUS.join(' ')
const MODULE = `evil.example/${CORPUS.slice(0, 6).join('')}`
const TARGET = `honest.example/${CORPUS.slice(6, 12).join('')}`
const VERSION = 'v1.0.0'
/** A module whose contents alone are hostile. */
const PLAIN = 'example.com/plain'
const REPOSITORY = `https://evil.example/${CORPUS.slice(0, 14).join('')}`
const FILE = "a'b&xssmark=1;&lt;xssmark&gt;.go"

const DIFF = [
  '--- original/a.go',
  '+++ lookalike/a.go',
  '@@ -1,1 +1,3 @@',
  ' package a',
  `+// ${ATTACK}`,
  `+${ATTACK}`,
]
const SIGNALS: Signal[] = [
  {
    rule: 'near-copy',
    version: VERSION,
    evidence: copyOf({
      original: TARGET,
      originalVersion: ATTACK,
      declaredPath: ATTACK,
      diff: DIFF.join('\n').replaceAll('\u0000', ''),
      compared: [
        { path: 'a.go', relation: 'changed' },
        { path: `${ATTACK}.go`, relation: 'added' },
      ],
    }),
  },
  {
    rule: 'cache-differs',
    version: VERSION,
    evidence: differenceOf({
      repository: REPOSITORY,
      commit: ATTACK,
      expectedSum: ATTACK,
      repositorySum: ATTACK,
      quoted: [{ path: ATTACK, change: 'modified', diff: DIFF.join('\n') }],
      notes: [ATTACK],
    }),
  },
  {
    rule: 'import-process',
    version: VERSION,
    evidence: usesOf({
      file: 'a.go',
      line: 2,
      what: ATTACK,
      quote: ATTACK,
      folded: ATTACK,
      reachedFrom: [ATTACK],
    }),
  },
  {
    rule: 'campaign',
    version: null,
    evidence: { id: ATTACK, kind: 'content', owners: 2, modules: 2, others: [ATTACK] },
  },
]

suite('hostile text on every page', () => {
  let lab: WebLab
  let server: LabServer
  let cookie: string

  before(async () => {
    lab = await openWebLab()
    await fill()
    server = await lab.start(
      { MIRRORWATCH_ALERT_CHANNELS: 'chat slack https://chat.example/x' },
      undefined,
      clients(),
    )
    cookie = await enter(server)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
  })

  async function fill(): Promise<void> {
    const { db } = lab.store
    const { id: repositoryId } = await db
      .insertInto('repository')
      .values({
        url: REPOSITORY,
        moved_to: REPOSITORY,
        last_error: ATTACK,
        state: 'moved',
        state_since: NOW,
        looked_at: NOW,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('repository_tags')
      .values({ repository_id: repositoryId, packed: packTags(new Map([['<xssmark>', 'a'.repeat(40)]])) })
      .execute()
    const event = { kind: 'tag-moved', tag: ATTACK, from_value: ATTACK, to_value: ATTACK } as const
    await db
      .insertInto('repository_event')
      .values({ ...event, repository_id: repositoryId, first_seen_at: NOW })
      .execute()
    const modules = await db
      .insertInto('module')
      .values(
        [MODULE, TARGET, PLAIN].map((path) => ({
          path,
          first_cached_at: NOW,
          last_cached_at: NOW,
          version_count: 2,
          declared_path: ATTACK,
          repository_id: repositoryId,
          tag_prefix: '',
        })),
      )
      .returning('id')
      .execute()
    const [moduleId = 0, targetId = 0, plainId = 0] = modules.map(({ id }) => id)
    await db.insertInto('requirement').values({ module_id: targetId, path: MODULE }).execute()
    await db
      .insertInto('target')
      .values({ path: TARGET, dependents: 9, source: ATTACK, added_at: NOW, updated_at: NOW })
      .execute()
    const versions = [
      [moduleId, VERSION],
      [moduleId, ATTACK],
      [plainId, VERSION],
    ] as const
    for (const [module_id, version] of versions)
      await db
        .insertInto('version')
        .values({ module_id, version, cached_at: NOW, logged_only: false })
        .execute()
    await db
      .insertInto('inspection')
      .values({
        module_id: moduleId,
        version: VERSION,
        first_seen_at: NOW,
        last_seen_at: NOW,
        verdict: 'differs',
        repository: REPOSITORY,
        commit_id: ATTACK,
        reason: ATTACK,
        files: '[]',
        notes: '[]',
        observations: '{}',
      })
      .execute()
    const because = [aReason({ row: ATTACK, version: ATTACK, signals: ['near-copy'], says: ATTACK })]
    const draft = {
      target: TARGET,
      severity: 'critical' as const,
      summary: ATTACK,
      signals: SIGNALS,
      because,
    }
    await db.transaction().execute(async (trx) => {
      await saveFindings(trx, moduleId, [draft], NOW)
      const by = { author: ATTACK, via: 'page', reason: ATTACK } as const
      await decide(trx, [{ id: 1 }], { ...by, status: 'investigating', assignee: ATTACK }, NOW)
      await addNote(trx, 1, { author: ATTACK, via: 'page', text: ATTACK }, NOW)
      await allow(
        trx,
        { kind: 'pair', module: MODULE, target: TARGET, reason: ATTACK, author: ATTACK, expiresAt: null },
        NOW,
      )
      const names = { mail: [ATTACK], channels: [ATTACK], minSeverity: 'low' } as const
      await watchPaths(trx, { ...names, paths: [MODULE, TARGET], source: ATTACK, ...by }, NOW)
    })
  }

  function clients(): WebDeps['clients'] {
    const content = `package a\n// ${ATTACK}\n${ATTACK.replaceAll('\u0000', '')}\n`
    const zipOf = (module: string, file: string) =>
      buildZip({
        entries: [{ name: `${module}@${VERSION}/${file}`, content: content.replaceAll('\u0000', '') }],
      })
    const zips = new Map([
      [MODULE, zipOf(MODULE, FILE)],
      [PLAIN, zipOf(PLAIN, 'a.go')],
    ])
    return {
      proxy: {
        zip: (module: string) => Promise.resolve(zips.get(module)),
        zipDirectory: () => Promise.resolve([{ name: 'a.go', size: content.length, crc32: 0 }]),
      },
      verify: { sumdb: null },
    } as unknown as WebDeps['clients']
  }

  const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

  test('no element and no attribute comes from it, and no address leads elsewhere', async () => {
    const query = encodeURIComponent(ATTACK.replaceAll('\u0000', ''))
    const pages = [
      '/',
      '/findings?status=all',
      `/findings?q=${query}&target=${query}&owner=${query}&host=${query}&campaign=${query}&assignee=${query}`,
      '/findings/1',
      `/findings/1?diff=split&from=${query}&did=1&conflict=1.2&conflicts=3`,
      '/findings/1/report',
      `/modules/${encoded(MODULE)}`,
      `/targets/${encoded(TARGET)}`,
      `/owners/${encoded(MODULE)}`,
      `/campaigns/${encodeURIComponent(ATTACK.replaceAll('\u0000', '\ufffd'))}`,
      `/repositories?url=${encodeURIComponent(REPOSITORY)}`,
      `/zips/${encoded(MODULE)}/@v/${VERSION}`,
      `/zips/${encoded(MODULE)}/@v/${VERSION}/${encodeURIComponent(FILE)}`,
      `/zips/${PLAIN}/@v/${VERSION}`,
      `/zips/${PLAIN}/@v/${VERSION}/a.go`,
      '/allow',
      '/watch',
      `/audit?author=${query}`,
      '/audit',
      '/reports/2026-W48',
      `/sign-in?to=/${query}`,
      `/nowhere/${query}`,
      `/modules/${query}`,
      '/feeds/findings.atom?status=all',
    ]
    const wrong: string[] = []
    let shown = 0
    for (const page of pages) {
      const { status, text } = await ask(server.url + page, { headers: { cookie, accept: 'text/html' } })
      if (status >= 500) wrong.push(`${page.slice(0, 60)}: ${status}`)
      if (text.includes('xssmark')) shown++
      for (const fault of faultsOf(text)) wrong.push(`${page.slice(0, 60)}: ${fault}`)
    }
    assert.deepEqual(wrong, [])
    assert.ok(shown >= 18, `only ${shown} pages show it`)
  })
})

type Element = DefaultTreeAdapterTypes.Element

/** Returns what a page holds that came from hostile text, or could run or load something. */
function faultsOf(text: string): string[] {
  return elementsOf(parse(text).childNodes).flatMap((element) => {
    const faults: string[] = []
    if (element.tagName.includes('xssmark')) faults.push(`element ${element.tagName}`)
    if (['img', 'iframe', 'object', 'embed', 'style', 'base'].includes(element.tagName))
      faults.push(`element ${element.tagName}`)
    if (element.tagName === 'script' && element.childNodes.length > 0) faults.push('inline script')
    for (const { name, value } of element.attrs) {
      if (name.includes('xssmark') || name.startsWith('on') || name === 'style')
        faults.push(`attribute ${name}`)
      const isAddress = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name)
      if (isAddress && !/^(\/(?![/\\])|#|\?|$)/.test(value) && !value.startsWith('http://127.0.0.1:'))
        faults.push(`${name}=${value}`)
    }
    return faults
  })
}

function elementsOf(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): Element[] {
  return nodes.flatMap((node) => ('tagName' in node ? [node, ...elementsOf(node.childNodes)] : []))
}
