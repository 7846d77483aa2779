import { once } from 'node:events'

/** Writes one line of result to stdout. Waits for a slow reader, so that output never piles up in memory. */
export async function printLine(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain')
}

/** Writes one result as one line of JSON. */
export async function printJson(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value))
}

/** Writes a remark for a person to stderr. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Returns what stdout can show: colour and a width where it is a terminal, neither where it is a file or a pipe. */
export function terminalStyle(): { colour: boolean; width: number | null } {
  const { isTTY, columns } = process.stdout
  // hasColors() honours NO_COLOR, FORCE_COLOR and TERM.
  return isTTY ? { colour: process.stdout.hasColors(), width: columns } : { colour: false, width: null }
}

/** Spells out control characters, which could hide or forge a line in a terminal. Tabs stay. */
export function visible(untrustedText: string): string {
  return untrustedText.replaceAll(
    /(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
