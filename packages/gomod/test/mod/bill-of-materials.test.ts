import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGomodError } from '../../src/errors.ts'
import { modulesOfBill } from '../../src/mod/bill-of-materials.ts'
import { parseGoPackageUrl } from '../../src/paths/package-url.ts'

function modules(document: unknown): string[] {
  return modulesOfBill(JSON.stringify(document)).modules
}

/** Package URLs; the first five are the specification's own tests for Go. */
for (const [url, expected] of [
  [
    'pkg:GOLANG/google.golang.org/genproto#/googleapis/api/annotations/',
    ['google.golang.org/genproto', null, null, 'googleapis/api/annotations'],
  ],
  [
    'pkg:GOLANG/google.golang.org/genproto@abcdedf#/googleapis/api/annotations/',
    ['google.golang.org/genproto', 'abcdedf', null, 'googleapis/api/annotations'],
  ],
  [
    'pkg:golang/github.com/gorilla/context@234fd47e07d1004f0aed9c',
    ['github.com/gorilla/context', '234fd47e07d1004f0aed9c', null, null],
  ],
  [
    'pkg:golang/google.golang.org/genproto#googleapis/api/annotations',
    ['google.golang.org/genproto', null, null, 'googleapis/api/annotations'],
  ],
  [
    'pkg:golang/github.com/gorilla/context@234fd47e07d1004f0aed9c#api',
    ['github.com/gorilla/context', '234fd47e07d1004f0aed9c', null, 'api'],
  ],
  ['pkg:golang/github.com%2Fcli%2Fcli%2Fv2@v2.63.0', ['github.com/cli/cli/v2', 'v2.63.0', null, null]],
  [
    'pkg:golang/github.com/docker/distribution@v2.7.1%2Bincompatible',
    ['github.com/docker/distribution', 'v2.7.1+incompatible', null, null],
  ],
  [
    'pkg:golang/k8s.io/minikube@v1.23.1?type=module&goos=linux&goarch=arm64#cmd/minikube',
    ['k8s.io/minikube', 'v1.23.1', 'module', 'cmd/minikube'],
  ],
  ['pkg://golang//k8s.io//klog/v2@', ['k8s.io/klog/v2', null, null, null]],
  ['pkg:golang/git.sr.ht/%7Esircmpwn/getopt@v1.0.0', ['git.sr.ht/~sircmpwn/getopt', 'v1.0.0', null, null]],
] as const) {
  test(`package URL ${url}`, () => {
    const parsed = parseGoPackageUrl(url)
    assert.deepEqual([parsed?.path, parsed?.version, parsed?.type, parsed?.subpath], expected)
  })
}

test('anything but a package URL of Go gives null', () => {
  const others = [
    '',
    'pkg:npm/left-pad@1',
    'golang/a.com/b',
    'pkg:golang/',
    'pkg:golang/@v1',
    'pkg:golang/a.com/%zz',
  ]
  for (const url of others) assert.equal(parseGoPackageUrl(url), null, url)
  assert.equal(parseGoPackageUrl('pkg:golang/a.com/b@%ff'), null)
})

test('CycloneDX as cyclonedx-gomod writes it: modules with packages in them', () => {
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'my.org/app', purl: 'pkg:golang/my.org/app@v0.0.0?type=module' } },
    components: [
      {
        type: 'library',
        name: 'github.com/google/uuid',
        purl: 'pkg:golang/github.com/google/uuid@v1.2.0?goarch=amd64&goos=linux&type=module',
        components: [
          { name: 'github.com/google/uuid', purl: 'pkg:golang/github.com/google/uuid@v1.2.0?type=package' },
          {
            name: 'github.com/google/uuid/x',
            purl: 'pkg:golang/github.com/google/uuid/x@v1.2.0?type=package',
          },
        ],
      },
      { name: 'github.com/a/b/sub', purl: 'pkg:golang/github.com/a/b/sub@v1.0.0?type=package' },
      { name: 'std', purl: 'pkg:golang/std@go1.22?type=module' },
    ],
  }
  assert.deepEqual(modules(bill), ['github.com/google/uuid', 'github.com/a/b/sub'])
  assert.deepEqual(modulesOfBill(JSON.stringify(bill)).unreadable, [])
})

test('CycloneDX from syft and trivy: lower-case URLs, other kinds of packages, null for unknown values', () => {
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.4',
    components: [
      { name: 'github.com/BurntSushi/toml', purl: 'pkg:golang/github.com/burntsushi/toml@v1.2.1' },
      { name: 'semver', purl: 'pkg:golang/github.com/masterminds/semver@v1.5.0' },
      { name: 'bash', purl: 'pkg:deb/debian/bash@5.2?arch=amd64' },
      { name: 'file', purl: null },
      { name: 'stdlib', purl: 'pkg:golang/stdlib@1.22.1' },
      null,
      'text',
    ],
  }
  assert.deepEqual(modules(bill), ['github.com/BurntSushi/toml', 'github.com/masterminds/semver'])
})

const SPDX2 = {
  spdxVersion: 'SPDX-2.3',
  packages: [
    {
      name: 'github.com/bmatcuk/doublestar',
      externalRefs: [
        { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: 'cpe:2.3:a:b' },
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:golang/github.com/bmatcuk/doublestar@v1.3.1',
        },
      ],
    },
    {
      name: 'yaml',
      externalRefs: [
        {
          referenceType: 'http://spdx.org/rdf/references/purl',
          referenceLocator: 'pkg:golang/gopkg.in/yaml.v3@v3.0.1',
        },
      ],
    },
    { name: 'no references' },
  ],
}
const SPDX2_MODULES = ['github.com/bmatcuk/doublestar', 'gopkg.in/yaml.v3']

test('SPDX 2 in JSON, also wrapped in a statement or in the answer of a code host', () => {
  assert.deepEqual(modules(SPDX2), SPDX2_MODULES)
  assert.deepEqual(modules({ _type: 'https://in-toto.io/Statement/v1', predicate: SPDX2 }), SPDX2_MODULES)
  assert.deepEqual(modules({ sbom: SPDX2 }), SPDX2_MODULES)
  assert.deepEqual(modulesOfBill(`\uFEFF${JSON.stringify(SPDX2)}`).modules, SPDX2_MODULES)
})

test('SPDX 2 as text', () => {
  const text = [
    'SPDXVersion: SPDX-2.3',
    'DocumentName: some/path',
    '',
    'PackageName: github.com/BurntSushi/toml',
    'ExternalRef: SECURITY cpe23Type cpe:2.3:*:some:package:2',
    'ExternalRef: PACKAGE-MANAGER purl pkg:golang/github.com/burntsushi/toml@v1.2.1',
    'PackageName: bash',
    'ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/bash@5',
  ]
  assert.deepEqual(modulesOfBill(text.join('\r\n')).modules, ['github.com/BurntSushi/toml'])
})

test('SPDX 3 in JSON-LD', () => {
  const document = {
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      { type: 'SpdxDocument', name: 'app' },
      { type: 'software_Package', name: 'a', software_packageUrl: 'pkg:golang/github.com/a/b@v1.0.0' },
      {
        type: 'software_Package',
        name: 'c',
        externalIdentifier: [
          { externalIdentifierType: 'cpe23', identifier: 'cpe' },
          { externalIdentifierType: 'packageUrl', identifier: 'pkg:golang/github.com/c/d@v1.0.0' },
        ],
      },
    ],
  }
  assert.deepEqual(modules(document), ['github.com/a/b', 'github.com/c/d'])
})

test('a URL of Go that names no module path is reported', () => {
  const urls = ['pkg:golang/github.com/a/b%00c@v1', 'pkg:golang/github.com/a/../b@v1', 'pkg:golang/%zz']
  const components = urls.map((purl) => ({ purl }))
  const found = modulesOfBill(JSON.stringify({ bomFormat: 'CycloneDX', components }))
  assert.deepEqual(found, { modules: [], uses: [], unreadable: urls, ambiguous: [] })
})

test('other documents and oversized bills are refused', () => {
  const deep = `{"bomFormat":"CycloneDX","components":${'[{"components":'.repeat(100)}[]${'}]'.repeat(100)}}`
  const refused: [string, 'malformed' | 'too-large', RegExp][] = [
    ['', 'malformed', /not JSON/],
    ['<?xml version="1.0"?><html/>', 'malformed', /neither/],
    ['[]', 'malformed', /neither/],
    ['null', 'malformed', /neither/],
    ['{"components":[{"purl":"pkg:golang/a.com/b"}]}', 'malformed', /neither/],
    ['{"sbom":{"sbom":{"spdxVersion":"SPDX-2.3"}}}', 'malformed', /neither/],
    [deep, 'too-large', /50 levels/],
    ['['.repeat(100_000), 'malformed', /not JSON/],
  ]
  for (const [text, code, message] of refused) {
    assert.throws(
      () => modulesOfBill(text),
      (error) => isGomodError(error, code) && message.test(error.message),
      text.slice(0, 80),
    )
  }
  assert.deepEqual(modules({ bomFormat: 'CycloneDX' }), [])
})

test('the intended module is found when a generator shortens, lower-cases or nests its path', () => {
  const cases: [component: Record<string, string>, expected: string[]][] = [
    [
      { name: 'github.com/o/mono/hypert/v2', purl: 'pkg:golang/github.com/o/mono@v2.0.1#hypert/v2' },
      ['github.com/o/mono/hypert/v2'],
    ],
    [
      { name: 'mono', purl: 'pkg:golang/github.com/o/mono@v2.0.1#hypert/v2' },
      ['github.com/o/mono/hypert/v2'],
    ],
    [{ name: 'text', purl: 'pkg:golang/golang.org/x/text@v0.3.0#language' }, ['golang.org/x/text']],
    [
      { group: 'github.com/BurntSushi', name: 'toml', purl: 'pkg:golang/github.com/burntsushi/toml@v1.0.0' },
      ['github.com/BurntSushi/toml'],
    ],
    [
      { name: 'github.com/boltdb/bolt', purl: 'pkg:golang/github.com/bolt@v1.3.1' },
      ['github.com/boltdb/bolt'],
    ],
    [{ name: 'go.uber.org/zap', purl: 'pkg:golang/zap@v1.2.0' }, ['go.uber.org/zap']],
  ]
  for (const [component, expected] of cases)
    assert.deepEqual(modules({ bomFormat: 'CycloneDX', components: [component] }), expected)
})

test('if name and URL are two modules, both are listed and the URL is ambiguous', () => {
  const purl = 'pkg:golang/github.com/one/bolt@v1.3.1'
  const bill = modulesOfBill(
    JSON.stringify({ bomFormat: 'CycloneDX', components: [{ name: 'github.com/two/bolt', purl }] }),
  )
  assert.deepEqual(bill, {
    modules: ['github.com/one/bolt', 'github.com/two/bolt'],
    uses: ['github.com/one/bolt', 'github.com/two/bolt'].map((path) => ({ path, version: 'v1.3.1' })),
    unreadable: [],
    ambiguous: [purl],
  })
})

test('CycloneDX in XML is read, without the subject of the bill', () => {
  const text = `<?xml version="1.0"?>
<!DOCTYPE bom [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5">
  <metadata><component type="application"><name>app</name><purl>pkg:golang/example.com/app@v1</purl></component></metadata>
  <components>
    <component type="library">
      <group>github.com/BurntSushi</group><name>toml</name>
      <licenses><license><name>MIT &amp; more</name></license></licenses>
      <purl>pkg:golang/github.com/burntsushi/toml@v1.0.0?type=module&amp;goos=linux</purl>
      <components><component type="library"><name>&x;</name><purl>pkg:golang/github.com/a/b@v1.0.0</purl></component></components>
    </component>
  </components>
</bom>`
  assert.deepEqual(modulesOfBill(text).modules, ['github.com/a/b', 'github.com/BurntSushi/toml'])
  assert.throws(() => modulesOfBill('<html></html>'), { code: 'malformed' })
})

test("Syft's own JSON is read", () => {
  const text = JSON.stringify({
    artifacts: [
      {
        name: 'github.com/a/b',
        version: 'v1.0.0',
        type: 'go-module',
        purl: 'pkg:golang/github.com/a/b@v1.0.0',
      },
    ],
    schema: { version: '16.0.0' },
  })
  assert.deepEqual(modulesOfBill(text).modules, ['github.com/a/b'])
})
