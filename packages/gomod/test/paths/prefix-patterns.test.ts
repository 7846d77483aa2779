import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesPrefixPatterns } from '../../src/paths/prefix-patterns.ts'

for (const [patterns, path, expected] of [
  ['*.corp.example.com', 'git.corp.example.com/team/x', true],
  ['*.corp.example.com', 'corp.example.com/x', false],
  ['github.com/acme', 'github.com/acme/tool/v2', true],
  ['github.com/acme/', 'github.com/acme/tool', true],
  ['github.com/acme', 'github.com/acme-mirror/tool', false],
  ['github.com/acme/*', 'github.com/acme', false],
  ['a.com/x,github.com/[ab]?me', 'github.com/acme/x', true],
  ['github.com/[^a]*', 'github.com/acme', false],
  ['github.com/[', 'github.com/[', false],
  ['', 'github.com/acme', false],
  [',,', 'github.com/acme', false],
  ['github.com/a.me', 'github.com/acme', false],
] as const) {
  test(`${JSON.stringify(patterns)} and ${path}: ${expected}`, () => {
    assert.equal(matchesPrefixPatterns(patterns, path), expected)
  })
}
