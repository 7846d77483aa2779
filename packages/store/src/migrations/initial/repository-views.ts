import { view } from './ddl.ts'

/** Facts about repositories, for people. */
export const REPOSITORY_VIEWS = [
  ...view(
    'repository_state',
    'Every repository with what the last look showed.',
    {
      repository: 'Its address.',
      state: 'unseen, present, moved, gone, private, unreachable.',
      state_since: 'When that was first seen.',
      moved_to: 'Address to which the host redirects.',
      looked_at: 'When it last answered, or was last found gone.',
      due_at: 'When the next look is due.',
      pace: 'How often it is looked at: hourly, daily, round (every three days, within the rate limit).',
      tags: 'Version tags that it has.',
      tags_at: 'When they last changed.',
      modules: 'How many known modules come from it.',
      dependents: 'Dependents of its most depended-on module.',
      last_error: 'Why the last look failed; null after a success.',
    },
    `select r.url, r.state, r.state_since, r.moved_to, r.looked_at, r.due_at,
       (array['hourly', 'daily', 'round'])[r.pace + 1], r.tags, r.tags_at,
       (select count(*) from module m where m.repository_id = r.id), r.dependents, r.last_error
     from repository r`,
  ),
  ...view(
    'tag_events',
    'What happened to the tags of known versions and to repositories, one row a change.',
    {
      id: 'Identity, in order of time.',
      repository: 'Address of the repository.',
      tag: 'The tag; null for what happened to the repository itself.',
      kind: 'tag-moved, tag-vanished, tag-returned, gone, returned, reborn, moved, moved-back.',
      from_value: 'The commit that the tag named before, or the address before.',
      to_value: 'The commit that the tag names since, or the address since; for gone the host’s answer.',
      last_seen_at: 'The last look that showed the state before.',
      first_seen_at: 'The first look that showed the state since.',
    },
    `select e.id, r.url, nullif(e.tag, ''), e.kind, e.from_value, e.to_value, e.last_seen_at, e.first_seen_at
     from repository_event e join repository r on r.id = e.repository_id`,
  ),
  ...view(
    'coverage',
    'How much of the ecosystem is looked at, and how often: one row.',
    {
      repositories: 'Repositories that modules come from.',
      seen: 'Those that were seen at least once.',
      seen_last_5_days: 'Those that answered, or were found gone, in the last five days.',
      looks_last_day: 'Those that did so in the last day.',
      overdue: 'Those whose next look is due.',
      oldest_look_at:
        'The look that is longest ago, of those seen; repositories that are gone or out of reach left out.',
      gone: 'Those that are gone or private.',
      unreachable: 'Those that have been out of reach for days.',
      largest_host: 'The host with the most repositories.',
      largest_host_repositories:
        'How many it has: with the requests a second that it is asked, this gives the length of a round.',
      modules: 'Modules known.',
      located_modules: 'Modules whose repository is known.',
      baselines: 'Repositories whose versions from before the first look were checked.',
    },
    `with host as (
       select split_part(url, '/', 3) as name, count(*) as repositories, count(looked_at) as seen,
         count(*) filter (where looked_at > now() - interval '5 days') as seen_5,
         count(*) filter (where looked_at > now() - interval '1 day') as seen_1,
         count(*) filter (where due_at <= now()) as overdue,
         min(looked_at) filter (where state in ('present', 'moved')) as oldest,
         count(*) filter (where state in ('gone', 'private')) as gone,
         count(*) filter (where state = 'unreachable') as unreachable, count(baseline_at) as baselines
       from repository group by 1
     ), total as (
       select coalesce(sum(repositories), 0)::bigint as repositories, coalesce(sum(seen), 0)::bigint as seen,
         coalesce(sum(seen_5), 0)::bigint as seen_5, coalesce(sum(seen_1), 0)::bigint as seen_1,
         coalesce(sum(overdue), 0)::bigint as overdue, min(oldest) as oldest, coalesce(sum(gone), 0)::bigint as gone,
         coalesce(sum(unreachable), 0)::bigint as unreachable, coalesce(sum(baselines), 0)::bigint as baselines
       from host
     ), largest as (
       select name, repositories from host order by repositories desc, name limit 1
     )
     select t.repositories, t.seen, t.seen_5, t.seen_1, t.overdue, t.oldest, t.gone, t.unreachable, l.name,
       coalesce(l.repositories, 0), m.modules, m.located, t.baselines
     from total t cross join (select count(*) as modules, count(repository_id) as located from module) m
     left join largest l on true`,
  ),
]
