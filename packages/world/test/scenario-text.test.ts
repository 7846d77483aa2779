import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseScenario } from '../src/build/scenario-text.ts'

test('directives and files become steps', () => {
  const { repositories } = parseScenario(`What this is about.
@repository github.com/a/b
@author A B <a@b.example>
@commit 2024-01-01T00:00:00Z First of all
-- a.txt --
@@ is an at sign

end

-- link mode=120000 --
a.txt
@tag v1.0.0 With a message
@commit 2024-01-02T00:00:00Z Second
-- a.txt removed --
`)
  const [repository] = repositories
  assert.equal(repository?.author, 'A B <a@b.example>')
  const [first, tag, second] = repository?.steps ?? []
  assert.deepEqual(first, {
    do: 'commit',
    time: '2024-01-01T00:00:00Z',
    message: 'First of all',
    amend: false,
    files: {
      'a.txt': { mode: '100644', content: '@ is an at sign\n\nend\n' },
      link: { mode: '120000', content: 'a.txt' },
    },
  })
  assert.deepEqual(tag, { do: 'tag', name: 'v1.0.0', message: 'With a message' })
  assert.deepEqual(second?.do === 'commit' && second.files, { 'a.txt': null })
})

test('mistakes are reported with their line', () => {
  const mistakes: [string, RegExp][] = [
    ['@commit 2024-01-01T00:00:00Z x', /line 1: no @repository yet/],
    ['@repository', /line 1: a word is missing/],
    ['@repository a.b/c\n-- f --\n', /line 2: file f belongs to no commit/],
    ['\n@constructor x', /line 2: unknown directive @constructor/],
    ['@repository a.b/c\n@state lost', /line 2: lost is none of public, private, deleted/],
    ['@repository a.b/c\n@commit t m\n@replace x => y', /line 3: @replace needs a @copy/],
    ['@repository a.b/c\n@cache a.b/c v1.0.0 t later', /line 2: later is none of full, no-ref, none/],
  ]
  for (const [text, message] of mistakes)
    assert.throws(() => parseScenario(text), { code: 'invalid-spec', message }, text)
})
