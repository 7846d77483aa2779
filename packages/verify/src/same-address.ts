/** Returns true for addresses that differ only in `.git`, case or a slash: a redirect between them is not a move. */
export function isSameAddress(a: string, b: string): boolean {
  return plain(a) === plain(b)
}

function plain(url: string): string {
  return url.replace(/(?:\.git)?\/?$/, '').toLowerCase()
}
