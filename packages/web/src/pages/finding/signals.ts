import type { SignalBlock } from '@mirrorwatch/notify/blocks/signal'
import { html } from 'hono/html'
import { markText } from '../diff/table.ts'
import type { Html } from '../parts/html.ts'
import { zipLink } from '../parts/links.ts'

/** Pieces of code that are listed of one signal; each is also marked in the difference. */
const MAX_CODE = 6

/** Writes the signals with their evidence, the weightiest first. */
export function signalsSection(
  module: string,
  signals: readonly SignalBlock[],
  withdrawn: readonly string[],
): Html {
  const seen = new Set<string>()
  return html`<section aria-labelledby="signals-title"><h2 id="signals-title">Signals and their evidence</h2>
<div class="signals">${signals.map((signal) => {
    // The first of several with one rule has the anchor.
    const id = seen.has(signal.rule) ? null : `signal-${signal.rule}`
    seen.add(signal.rule)
    return signalView(module, signal, id)
  })}</div>
${withdrawn.length === 0 ? '' : html`<p class="note">No longer so: ${withdrawn.join(', ')}</p>`}</section>`
}

function signalView(module: string, signal: SignalBlock, id: string | null): Html {
  const { rule, title, meaning, lowers, version, code, facts, files } = signal
  return html`<details class="signal${lowers ? ' lowers' : ''}"${id === null ? '' : html` id="${id}"`}>
  <summary><code class="rule">${rule}</code> <span>${title}</span>${version === null ? '' : html` <span class="chip">${version}</span>`}</summary>
  <p class="meaning">${meaning}</p>
  ${code
    .slice(0, MAX_CODE)
    .map(
      (line) =>
        html`<div class="quote"><p class="place">${
          version === null
            ? html`<code>${line.file}:${line.line}</code>`
            : html`<a href="${zipLink(module, version, line.file, line.line)}"><code>${line.file}:${line.line}</code></a>`
        }</p><pre class="one-line"><code>${line.quote}</code></pre>${markText(line)}</div>`,
    )}
  ${code.length > MAX_CODE ? html`<p class="note">${code.length - MAX_CODE} more places are marked in the difference.</p>` : ''}
  ${
    facts.length === 0
      ? ''
      : html`<dl class="evidence">${facts.map(
          ({ label, lines }) =>
            html`<div><dt>${label}</dt><dd>${lines.map((line) => html`<span>${line}</span>`)}</dd></div>`,
        )}</dl>`
  }
  ${files.length === 0 ? '' : html`<ul class="paths">${files.map(({ path, how }) => html`<li><code>${path}</code> <span class="quiet">${how}</span></li>`)}</ul>`}
</details>`
}
