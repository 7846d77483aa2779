import { readdir, readFile } from 'node:fs/promises'
import { joinScenarios, parseScenario } from './scenario-text.ts'
import type { WorldSpec } from './spec.ts'

const FIXTURES = new URL('../fixtures/demo/', import.meta.url)

/** The demo ecosystem: every scenario file of `fixtures/demo`, in the order of their names. */
export async function demoSpec(): Promise<Required<WorldSpec>> {
  const names = (await readdir(FIXTURES)).filter((name) => name.endsWith('.txtar')).sort()
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, FIXTURES), 'utf8')))
  return joinScenarios(texts.map(parseScenario))
}
