import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { RepositoryEvent, RepositoryFacts } from '@mirrorwatch/store/queries/repositories'
import { html } from 'hono/html'
import { type Html, when } from '../parts/html.ts'
import { moduleLink, repositoryLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { ageOf, minuteOf } from '../parts/time.ts'

export interface RepositoryData {
  repository: RepositoryFacts
  events: readonly RepositoryEvent[]
  /** Commits of its version tags, as the last look showed them. */
  tags: ReadonlyMap<string, string>
}

/** Tags that the page lists. */
const MAX_LISTED = 200

const KINDS: Record<RepositoryEvent['kind'], string> = {
  'tag-moved': 'now names another commit',
  'tag-vanished': 'vanished',
  'tag-returned': 'came back with the same commit',
  gone: 'The repository is gone or private',
  returned: 'The repository came back with the same history',
  reborn: 'The repository came back with another history',
  moved: 'The host redirects elsewhere',
  'moved-back': 'The host no longer redirects',
}

/** Writes the page of a repository: its state, what happened to its tags, and the modules that come from it. */
export function repositoryPage(viewer: Viewer, { repository, events, tags }: RepositoryData): Html {
  const shown = visibleLine(repository.url)
  return page(
    viewer,
    { title: `Repository ${shown}`, area: 'findings', wide: true },
    html`<header class="thing-head"><p class="quiet">Repository</p><h1 class="path">${breakable(shown)}</h1><ul class="facts">
<li><span class="chip">${repository.state}</span>${when(repository.stateSince, (at) => html` for ${ageOf(at, viewer.now)}`)}</li>
${when(repository.movedTo, (to) => html`<li>moved to <a href="${repositoryLink(to)}">${visibleLine(to)}</a></li>`)}
<li>${repository.lookedAt === null ? 'not looked at yet' : html`looked at ${ageOf(repository.lookedAt, viewer.now)} ago`}</li>
${when(repository.head, (head) => html`<li>HEAD <code>${head.slice(0, 12)}</code></li>`)}
${when(repository.lastError, (error) => html`<li>the last look failed: ${visibleLine(error)}</li>`)}
</ul></header>
<div class="two-columns"><div><section class="panel"><h2>What happened</h2>${
      events.length === 0
        ? html`<p class="quiet">Nothing has changed since the first look.</p>`
        : html`<ol class="timeline">${events.map(eventItem)}</ol>`
    }</section>
<section class="panel"><h2>Version tags <span class="quiet">${tags.size}</span></h2><ul class="tags">${[
      ...tags,
    ]
      .slice(-MAX_LISTED)
      .toReversed()
      .map(
        ([tag, commit]) =>
          html`<li><code>${visibleLine(tag)}</code> <code class="quiet">${commit.slice(0, 12)}</code></li>`,
      )}</ul></section></div>
<aside><section class="panel"><h2>Modules <span class="quiet">${repository.moduleCount}</span></h2><ul class="paths">${repository.modules.slice(0, MAX_LISTED).map((path) => html`<li><a href="${moduleLink(path)}">${breakable(visibleLine(path))}</a></li>`)}</ul></section></aside></div>`,
  )
}

function eventItem({ kind, tag, from, to, lastSeenAt, firstSeenAt }: RepositoryEvent): Html {
  const what = tag === null ? KINDS[kind] : html`Tag <code>${visibleLine(tag)}</code> ${KINDS[kind]}`
  const change = [from, to].flatMap((value) => (value === null ? [] : [shortened(visibleLine(value))]))
  return html`<li class="${kind.startsWith('tag-') ? 'verdict' : 'decided'}">${minuteOf(firstSeenAt)} <span>${what}${
    change.length === 0 ? '' : html` <code class="quiet">${change.join(' → ')}</code>`
  }${when(lastSeenAt, (at) => html` <span class="quiet">after ${minuteOf(at)}</span>`)}</span></li>`
}

/** Returns a commit by its first digits; any other text in full, up to a length that no address exceeds. */
function shortened(text: string): string {
  return /^[0-9a-f]{40,64}$/.test(text) ? text.slice(0, 12) : text.slice(0, 200)
}
