/** Returns how long ago `since` was: `3 h`, `12 days`. */
export function ageText(since: string, now: Date): string {
  const hours = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 3_600_000))
  if (hours < 48) return `${hours} h`
  return `${Math.floor(hours / 24)} days`
}
