import { ownerOf } from '@mirrorwatch/gomod/paths/owner'
import type { FindingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import { html } from 'hono/html'
import { severityBadge, statusChip } from '../parts/badge.ts'
import { type Html, joined, when } from '../parts/html.ts'
import { campaignLink, moduleLink, ownerLink, targetLink } from '../parts/links.ts'
import { breakable, comparePaths, markedPath } from '../parts/path-difference.ts'
import { ageOf, dayOf } from '../parts/time.ts'
import type { FindingData } from './data.ts'

/** Writes what the finding is about: the imitated path with the differing letters, and how much depends on either. */
export function findingHeader(blocks: FindingBlocks, data: FindingData, now: Date): Html {
  const { heading, summary } = blocks
  const { target } = heading
  const paths = target === null ? null : comparePaths(heading.module, target)
  return html`<header class="finding-head">
  <div class="head-line"><h1>${severityBadge(heading.severity)} <a class="path" href="${moduleLink(data.finding.module)}">${
    paths === null ? breakable(heading.module) : markedPath(paths.module)
  }</a></h1></div>
  ${
    paths === null
      ? ''
      : html`<p class="imitates"><span>imitates</span> <a class="path" href="${targetLink(data.finding.target ?? '')}">${markedPath(paths.target)}</a></p>`
  }
  <p class="summary">${summary}</p>
  <ul class="facts">
    <li>${statusChip(heading.status)}${when(blocks.decision, ({ by, at, reason, outdated }) => html` by ${by}, ${ageOf(at, now)} ago${reason === '' ? '' : html`: “${reason}”`}${outdated ? html` <strong class="risen">The severity has risen since</strong>` : ''}`)}</li>
    <li>found ${ageOf(heading.firstSeen, now)} ago</li>
    ${when(data.module, (module) => html`<li>cached ${dayOf(module.firstCachedAt)}, ${module.versionCount} ${module.versionCount === 1 ? 'version' : 'versions'}</li>`)}
    <li>owner <a href="${ownerLink(ownerOf(data.finding.module))}">${ownerOf(heading.module)}</a></li>
    ${campaigns(data)}
    ${watched(data)}
  </ul>
  ${dependents(data)}
</header>`
}

function campaigns({ campaigns }: FindingData): Html | '' {
  if (campaigns.length === 0) return ''
  return html`<li>${joined(
    campaigns.map(
      ({ id, modules, owners }) =>
        html`<a href="${campaignLink(id)}">campaign of ${modules} modules by ${owners} owners</a>`,
    ),
    ', ',
  )}</li>`
}

function watched({ watchers }: FindingData): Html | '' {
  if (watchers.length === 0) return ''
  return html`<li><span class="chip watched">watched</span> ${joined(
    watchers.map(
      ({ path, reason }) =>
        html`<a href="/watch?from=${encodeURIComponent(path)}" title="${visibleLine(reason)}">${breakable(visibleLine(path))}</a>`,
    ),
    ', ',
  )}</li>`
}

function dependents({ dependents, target, finding, module }: FindingData): Html {
  const count = `${dependents.count.toLocaleString('en')}${dependents.more ? '+' : ''}`
  const known = module?.dependents ?? 0
  return html`<div class="depends"><p><strong>${dependents.count === 0 && known > 0 ? known.toLocaleString('en') : count}</strong> ${dependents.count === 1 ? 'module requires' : 'modules require'} it${
    target === null || finding.target === null
      ? ''
      : html`; <strong>${target.dependents.toLocaleString('en')}</strong> require the target`
  }.</p>${
    dependents.paths.length === 0
      ? ''
      : html`<details><summary>Who requires it</summary><ul class="paths">${dependents.paths.map(
          (path) => html`<li><a href="${moduleLink(path)}">${breakable(path)}</a></li>`,
        )}${dependents.count > dependents.paths.length ? html`<li class="quiet">and more</li>` : ''}</ul></details>`
  }</div>`
}
