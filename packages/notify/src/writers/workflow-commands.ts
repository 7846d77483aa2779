/**
 * Returns text that no CI log takes for a command. GitHub's runner obeys a line that starts with `::`, and `##[` anywhere; a
 * module's code or name would otherwise decide what the job does next.
 */
export function withoutCommands(text: string): string {
  return text.replaceAll('##[', '## [').replace(/^(\s*):(?=:)/gm, '$1: ')
}
