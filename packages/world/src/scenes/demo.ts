import { readdir, readFile } from 'node:fs/promises'
import { joinScenarios, parseScenario } from '../build/scenario-text.ts'
import type { WorldSpec } from '../build/spec.ts'
import { crowdRepositories } from './crowd.ts'

const FIXTURES = new URL('../../fixtures/demo/', import.meta.url)

/** The demo ecosystem: every scenario file of `fixtures/demo` in the order of their names, and the crowd that uses them. */
export async function demoSpec(): Promise<Required<WorldSpec>> {
  const names = (await readdir(FIXTURES)).filter((name) => name.endsWith('.txtar')).sort()
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, FIXTURES), 'utf8')))
  return joinScenarios([...texts.map(parseScenario), { repositories: crowdRepositories() }])
}
