import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { VARIABLES } from '@mirrorwatch/pipeline/variables'

const root = path.join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

test('every variable that the containers set for mirrorwatch is one that it reads', () => {
  const compose = read('docker-compose.yml')
  const ours = compose.slice(compose.indexOf('&environment'), compose.indexOf('services:'))
  const set = [...ours.matchAll(/^ {4}([A-Z_]+):/gm)].map((match) => match[1] ?? '')
  assert.ok(set.length >= 5, set.join())
  const image = [...read('infra/docker/Dockerfile').matchAll(/(MIRRORWATCH_[A-Z_]+)=/g)].map(
    (match) => match[1] ?? '',
  )
  for (const name of [...set, ...image]) assert.ok(name in VARIABLES, `${name} is not read by mirrorwatch`)
})

test('every file that the containers run is there', () => {
  const mains = `${read('docker-compose.yml')}${read('infra/docker/Dockerfile')}`.matchAll(
    /apps\/[a-z]+\/src\/main\.ts/g,
  )
  for (const [main] of mains) assert.ok(read(main).length > 0)
})

test('the image copies every package manifest that npm ci needs', () => {
  const dockerfile = read('infra/docker/Dockerfile')
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> }
  for (const name of Object.keys(lock.packages).filter((key) => /^(apps|packages)\/[a-z]+$/.test(key))) {
    assert.ok(dockerfile.includes(`COPY ${name}/package.json ${name}/`), name)
  }
})
