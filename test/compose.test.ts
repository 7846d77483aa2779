import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { VARIABLES, type Variable } from '@mirrorwatch/pipeline/config/variables'
import { createSnapshot } from '@mirrorwatch/pipeline/health/snapshot'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import { MAX_JOB_BYTES } from '@mirrorwatch/upstream/git/run/job'
import { collectDefaultMetrics, Registry } from 'prom-client'

const root = path.join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

test('every variable that the containers set for mirrorwatch is one that it reads', () => {
  const compose = read('docker-compose.yml')
  const ours = compose.slice(compose.indexOf('&environment'), compose.indexOf('x-owner:'))
  const set = [...ours.matchAll(/^ {4}([A-Z_]+):/gm)].map((match) => match[1] ?? '')
  assert.ok(set.length >= 5, set.join())
  const image = [...read('infra/docker/Dockerfile').matchAll(/(MIRRORWATCH_[A-Z_]+)=/g)].map(
    (match) => match[1] ?? '',
  )
  for (const name of [...set, ...image]) assert.ok(name in VARIABLES, `${name} is not read by mirrorwatch`)
})

/** The image has the compiled program, in the repository's folders. */
function sourceOf(main: string): string {
  return main.replace(/\.js$/, '.ts')
}

test('every file that the containers run is there', () => {
  const mains = `${read('docker-compose.yml')}${read('infra/docker/Dockerfile')}`.matchAll(
    /apps\/[a-z]+\/src\/main\.js/g,
  )
  const found = [...mains].map(([main]) => sourceOf(main))
  assert.ok(found.length >= 4, found.join())
  for (const main of found) assert.ok(read(main).length > 0)
})

test('both targets of the image run without rights and are labelled', () => {
  const dockerfile = read('infra/docker/Dockerfile')
  const [, base = '', cli = '', service = ''] = dockerfile.split(/^FROM (?=scratch AS base|base AS)/m)
  assert.match(base, /^USER 10001:10001$/m)
  assert.match(base, /org\.opencontainers\.image\.version/)
  for (const target of [cli, service]) assert.match(target, /^ENTRYPOINT \["\/usr\/bin\/tini", "-s", "--"/m)
  assert.match(service, /^HEALTHCHECK /m)
})

test('the processes of compose connect with few rights, and something reaps their children', () => {
  const compose = read('docker-compose.yml')
  assert.match(compose, /^x-image: &image\n(?: .*\n)* {2}init: true$/m)
  assert.match(compose, /DATABASE_URL: postgres:\/\/mirrorwatch_service:/)
  const services = compose
    .slice(compose.indexOf('\nservices:'), compose.indexOf('\nvolumes:'))
    .split(/\n(?= {2}\w+:\n)/)
    .slice(1)
  for (const service of services) {
    const isBounded = /mem_limit:|<<: \*(process|owner)/.test(service)
    assert.ok(isBounded, `no memory limit: ${service}`)
  }
  for (const name of ['crawler', 'worker', 'web', 'migrate'])
    assert.match(read(`infra/kubernetes/${name}.yaml`), /^ {6}shareProcessNamespace: true$/m)
})

test('a worker has room for the folders of all jobs that it runs at once', () => {
  const jobs = Number(VARIABLES.MIRRORWATCH_INSPECT_CONCURRENCY.fallback)
  const worker = read('infra/kubernetes/worker.yaml')
  const [, data = ''] = /name: data\n +emptyDir: \{ sizeLimit: (\d+)Gi \}/.exec(worker) ?? []
  const [, disk = ''] = /limits: \{ memory: \w+, ephemeral-storage: (\d+)Gi \}/.exec(worker) ?? []
  assert.ok(Number(data) * 2 ** 30 >= jobs * MAX_JOB_BYTES, data)
  assert.ok(Number(disk) > Number(data), disk)
  assert.ok(!/tmpfs:.*\/data/.test(read('docker-compose.yml')), 'a tmpfs is memory')
})

const manifests = readdirSync(path.join(root, 'infra/kubernetes')).filter((name) => name.endsWith('.yaml'))
const manifest = (name: string): string => read(`infra/kubernetes/${name}`)

test('every variable of the manifests is one that mirrorwatch reads', () => {
  const names = manifests.flatMap((name) =>
    [...manifest(name).matchAll(/\b((?:MIRRORWATCH|DATABASE|REDIS)_[A-Z_]+)\b/g)].map(
      (match) => match[1] ?? '',
    ),
  )
  assert.ok(names.length >= 8, names.join())
  for (const name of names) {
    const plain = name in VARIABLES ? name : name.replace(/_FILE$/, '')
    assert.ok(plain in VARIABLES, `${name} is not read by mirrorwatch`)
    const variable: Variable = VARIABLES[plain as keyof typeof VARIABLES]
    assert.equal(plain !== name, variable.secret === true, `${name}: secrets, and they alone, are files`)
  }
})

test('every container of the manifests is confined, bounded and probed', () => {
  for (const name of ['crawler.yaml', 'worker.yaml', 'web.yaml', 'migrate.yaml']) {
    const text = manifest(name)
    for (const line of [
      'runAsNonRoot: true',
      'readOnlyRootFilesystem: true',
      'allowPrivilegeEscalation: false',
      'capabilities: { drop: [ALL] }',
      'automountServiceAccountToken: false',
      'limits: { memory:',
      'requests: { cpu:',
      ...(name === 'migrate.yaml' ? [] : ['path: /healthz', 'path: /readyz', 'startupProbe:']),
    ]) {
      assert.ok(text.includes(line), `${name} lacks ${line}`)
    }
    const mains = [...text.matchAll(/apps\/[a-z]+\/src\/main\.js/g)].map(([main]) => sourceOf(main))
    assert.equal(mains.length, 1)
    assert.ok(read(mains[0] ?? '').length > 0)
  }
  const listed = [...manifest('kustomization.yaml').matchAll(/^ {2}- (\w+\.yaml)$/gm)].map(
    (match) => match[1],
  )
  assert.deepEqual(new Set([...listed, 'kustomization.yaml']), new Set(manifests))
})

/** Every name that `/metrics` can show. */
function metricNames(): Set<string> {
  const { registry } = createMetrics()
  const own = new Registry()
  collectDefaultMetrics({ register: own })
  createSnapshot({} as Parameters<typeof createSnapshot>[0], own)
  const all = [...registry.getMetricsAsArray(), ...own.getMetricsAsArray()]
  return new Set(
    all.flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  )
}

test('every metric of the dashboard and of the alert rules exists', () => {
  const known = metricNames()
  assert.ok(known.has('mirrorwatch_jobs_total') && known.has('mirrorwatch_due'))
  const dashboard = JSON.parse(read('infra/grafana/mirrorwatch.json')) as {
    panels: { title: string; targets: { expr: string }[] }[]
  }
  const rules = [...read('infra/prometheus/alerts.yml').matchAll(/expr: ([\s\S]*?)\n {8}(?:for|labels):/g)]
  assert.equal(rules.length, alertNames().length)
  const expressions = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...rules.map((match) => match[1] ?? ''),
  ]
  const used = new Set(
    expressions.flatMap((expr) => expr.match(/\b(?:mirrorwatch|nodejs|process)_[a-z0-9_]+/g) ?? []),
  )
  assert.ok(used.size >= 20)
  for (const name of used) assert.ok(known.has(name), `there is no metric ${name}`)
})

function alertNames(): string[] {
  return [...read('infra/prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map((match) => match[1] ?? '')
}

test('every alert has its section in the manual, and no section is left over', () => {
  const sections = [...read('docs/operations.md').matchAll(/^### (Mirrorwatch\w+)$/gm)].map(
    (match) => match[1],
  )
  assert.deepEqual(new Set(sections), new Set(alertNames()))
})
