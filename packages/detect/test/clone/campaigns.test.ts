import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CampaignModule, findCampaigns } from '../../src/clone/campaigns.ts'

function suspect(owner: string, repository: string, day: number): CampaignModule {
  const firstCachedAt = new Date(Date.UTC(2025, 0, day))
  return {
    path: `github.com/${owner}/${repository}`,
    owner: `github.com/${owner}`,
    repository,
    firstCachedAt,
    suspect: true,
  }
}

const NINE = Array.from({ length: 9 }, (_, at) => suspect(`owner${at}`, 'oversight', 1 + at * 3))

test('owners that publish the same rare repository name within weeks form one campaign, in any order', () => {
  const others = [suspect('someone', 'unrelated', 2), suspect('owner1', 'else', 3)]
  for (const modules of [[...NINE, ...others], [...others, ...NINE].toReversed()]) {
    const [campaign, ...more] = findCampaigns(modules, [])
    assert.deepEqual(more, [])
    assert.equal(campaign?.id, 'repository-name:github.com/owner0/oversight')
    assert.equal(campaign?.owners.length, 9)
    assert.deepEqual(
      campaign?.modules,
      NINE.map(({ path }) => path),
    )
  }
})

test('a long pause splits, generic names and honest modules do not count', () => {
  const late = [
    suspect('a', 'oversight', 200),
    suspect('b', 'oversight', 201),
    suspect('c', 'oversight', 202),
  ]
  assert.equal(findCampaigns([...NINE, ...late], []).length, 2)
  assert.deepEqual(
    findCampaigns(
      ['a', 'b', 'c', 'd'].map((owner) => suspect(owner, 'utils', 1)),
      [],
    ),
    [],
  )
  assert.deepEqual(
    findCampaigns(
      NINE.map((module) => ({ ...module, suspect: false })),
      [],
    ),
    [],
  )
})

test('one content under several owners is a campaign under any names, chained through pairs', () => {
  const modules = [
    suspect('a', 'one', 1),
    suspect('b', 'two', 2),
    suspect('c', 'three', 3),
    suspect('c', 'four', 3),
  ]
  const path = (at: number): string => modules[at]?.path ?? ''
  const campaigns = findCampaigns(modules, [
    [path(0), path(1)],
    [path(2), path(1)],
    [path(2), 'github.com/x/unknown'],
  ])
  assert.equal(campaigns.length, 1)
  assert.deepEqual(campaigns[0]?.owners, ['github.com/a', 'github.com/b', 'github.com/c'])
  assert.equal(campaigns[0]?.kind, 'content')
  assert.deepEqual(findCampaigns(modules, [[path(2), path(3)]]), [])
})
