import { test } from 'node:test'

if (process.env['DATABASE_URL'] === undefined) {
  test('report on Postgres', { skip: 'DATABASE_URL is not set' })
} else {
  process.env['MIRRORWATCH_TEST_ENGINE'] = 'postgres'
  await import('./report.test.ts')
}
