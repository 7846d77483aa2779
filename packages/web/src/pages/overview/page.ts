import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import { html } from 'hono/html'
import { listLinkFor } from '../findings/filter.ts'
import { severityBadge } from '../parts/badge.ts'
import type { Html } from '../parts/html.ts'
import { campaignLink, findingLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { ageOf, duration, minuteOf } from '../parts/time.ts'
import { trendChart, waitingBar } from './chart.ts'
import type { OverviewData } from './data.ts'

/** Writes the overview: what waits and how long, the trend, how decisions go, and how the scan does. */
export function overviewPage(viewer: Viewer, data: OverviewData): Html {
  return page(
    viewer,
    { title: 'Overview', area: 'overview', feed: '/feeds/findings.atom' },
    html`<h1 class="page-title">Overview</h1>
<div class="overview">
<section class="panel span-2"><h2>Waiting for a decision</h2>${waitingBar(data.waiting)}
<p><a href="${listLinkFor({ since: '7' })}">New within a week</a> · <a href="${listLinkFor({ assignee: 'me', status: 'investigating' })}">Assigned to you</a>${
      data.risen.count === 0
        ? ''
        : html` · <a class="risen" href="${listLinkFor({ risen: true, status: 'all' })}">${data.risen.count}${data.risen.more ? '+' : ''} risen since their decision</a>`
    }</p></section>
<section class="panel span-2"><h2>New findings by week</h2>${trendChart(data.trend)}</section>
${longest(data, viewer.now)}
${campaigns(data)}
${decisions(data)}
${scan(data, viewer.now)}
${reports(data)}
</div>
<p class="note">Figures of ${minuteOf(data.at.toISOString())} UTC.</p>`,
  )
}

function longest({ longest: findings }: OverviewData, now: Date): Html {
  return html`<section class="panel"><h2>Longest waiting, worst first</h2>${
    findings.length === 0
      ? html`<p class="quiet">Nothing of medium severity or above waits.</p>`
      : html`<ul class="plain brief">${findings.map(
          ({ id, severity, module, firstSeen }) =>
            html`<li>${severityBadge(severity)} <a class="path" href="${findingLink(id)}">${breakable(visibleLine(module))}</a> <span class="quiet">${ageOf(firstSeen, now)}</span></li>`,
        )}</ul>`
  }</section>`
}

function campaigns({ campaigns: rows }: OverviewData): Html {
  return html`<section class="panel"><h2>Campaigns of the last 30 days</h2>${
    rows.length === 0
      ? html`<p class="quiet">None.</p>`
      : html`<ul class="plain brief">${rows.map(
          ({ id, severity, findings, joined }) =>
            html`<li>${severityBadge(severity)} <a href="${campaignLink(id)}">${visibleLine(id)}</a> <span class="quiet">${findings} findings, ${joined} new</span></li>`,
        )}</ul>`
  }</section>`
}

function decisions({ times, outcomes }: OverviewData): Html {
  return html`<section class="panel"><h2>Decisions</h2>
<p>${times.count === 0 ? 'Nothing was decided yet.' : html`Half of the latest ${times.count} took less than <strong>${duration(times.median)}</strong> from first sight, nine in ten less than <strong>${duration(times.slow)}</strong>.`}</p>
${
  outcomes.length === 0
    ? ''
    : html`<table class="list"><caption>Dismissed or allowed, by signal</caption><thead><tr><th scope="col">Signal</th><th scope="col" class="figure">Decided</th><th scope="col" class="figure">Set aside</th><th scope="col" class="figure">Share</th></tr></thead><tbody>${outcomes.map(
        ({ rule, decided, dismissed }) =>
          html`<tr><td><a class="rule" href="${listLinkFor({ rule, status: 'all' })}">${rule}</a></td><td class="figure">${decided}</td><td class="figure">${dismissed}</td><td class="figure">${Math.round((100 * dismissed) / decided)} %</td></tr>`,
      )}</tbody></table>`
}</section>`
}

function scan({ health, rows }: OverviewData, now: Date): Html {
  const failing = [
    ...health.failedInspections.map(({ code, count }) => [`inspections: ${code}`, count] as const),
    ...health.failedWork.map(({ stage, count }) => [`stage ${stage}`, count] as const),
  ]
  return html`<section class="panel"><h2>The scan</h2><dl class="evidence">
<div><dt>covers</dt><dd>${rows.modules.toLocaleString('en')} modules, ${rows.versions.toLocaleString('en')} versions, ${rows.targets.toLocaleString('en')} targets</dd></div>
<div><dt>inspected</dt><dd>${health.inspected.toLocaleString('en')} in 24 hours, ${upTo(health.due, health.countedUpTo)} due</dd></div>
${health.feeds.map(({ feed, position, updatedAt }) => html`<div><dt>feed</dt><dd>${visibleLine(feed)}: read to ${minuteOf(position)}, asked ${ageOf(updatedAt, now)} ago</dd></div>`)}
${failing.length === 0 ? html`<div><dt>failing</dt><dd>nothing</dd></div>` : failing.map(([what, count]) => html`<div><dt>failing</dt><dd>${upTo(count, health.countedUpTo)} ${what}</dd></div>`)}
</dl></section>`
}

function reports({ trend }: OverviewData): Html {
  return html`<section class="panel span-2"><h2>Weekly reports</h2><p class="weeks">${trend
    .toReversed()
    .map(
      ({ label }, at) =>
        html`<a class="chip" href="/reports/${label}">${label}${at === 0 ? ' so far' : ''}</a> `,
    )}</p></section>`
}

function upTo(count: number, limit: number): string {
  return count >= limit ? `${limit.toLocaleString('en')}+` : count.toLocaleString('en')
}
