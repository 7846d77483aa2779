/** Stream that a person may look at. */
interface Output {
  isTTY?: boolean
  write(text: string): unknown
}

/**
 * Returns what tells, once, where the page is. A link that nobody has used is as good as a password: it is shown on a terminal
 * alone, because anything else may be a log that others read. `mirrorwatch web link` shows it on request.
 */
export function createAnnouncer(out: Output = process.stdout): (url: string, isOneTime: boolean) => void {
  let told = false
  return (url, isOneTime) => {
    if (told) return
    told = true
    const isShown = !isOneTime || out.isTTY === true
    const how = isShown
      ? url
      : `${new URL(url).origin}. "mirrorwatch web link" prints the link that opens it.`
    out.write(`The page: ${how}\n`)
  }
}
