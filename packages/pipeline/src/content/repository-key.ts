/** A repository's address without what does not tell repositories apart: `github.com/owner/name`, in lower case. */
export function repositoryKey(url: string): string {
  if (!URL.canParse(url)) return url.toLowerCase()
  const { host, pathname } = new URL(url)
  return (host + pathname.replace(/(\.git)?\/*$/, '')).toLowerCase()
}
