/** Writes src/writers/mail.html from layout/mail.mjml; with `--check` only says whether it is up to date (exit 1 where not). */
import { readFileSync, writeFileSync } from 'node:fs'
import mjml from 'mjml-core'
import preset from 'mjml-preset-core'

const LAYOUT = new URL('../layout/mail.mjml', import.meta.url)
const COMPILED = new URL('../src/writers/mail.html', import.meta.url)

/** Compiles the layout. Tags between its elements stand in `mj-raw`; the compiler would drop them as stray text. */
async function compile(layout: string): Promise<string> {
  // A variable, because the types of the library lack `presets`.
  const options = { presets: [preset], validationLevel: 'soft' as const, fonts: {}, keepComments: false }
  const { html, errors } = await mjml.default(layout, options)
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))
  // A sixth of the text is blanks around line ends. A tag that has a line to itself leaves no empty line in the mail.
  const lines = html.trim().split(/\s*\n\s*/)
  const isTags = (line: string): boolean => /^(?:\{\{[#/]\w+\}\})+$/.test(line)
  return `${lines.map((line) => (isTags(line) ? line.replaceAll('}}{{', '}}\n{{') : line)).join('\n')}\n`
}

const compiled = await compile(readFileSync(LAYOUT, 'utf8'))
if (!process.argv.includes('--check')) {
  writeFileSync(COMPILED, compiled)
} else if (readFileSync(COMPILED, 'utf8') !== compiled) {
  console.error(
    'packages/notify/src/writers/mail.html is not what the layout says: run node packages/notify/scripts/mail-layout.ts',
  )
  process.exitCode = 1
}
