/** Normalizes a repository's address to `github.com/owner/name`, in lower case. */
export function repositoryKey(url: string): string {
  if (!URL.canParse(url)) return url.toLowerCase()
  const { host, pathname } = new URL(url)
  return (host + pathname.replace(/(\.git)?\/*$/, '')).toLowerCase()
}
