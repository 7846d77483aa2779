/** Returns a time for people, to the minute; `time` is ISO 8601. */
export function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`
}
