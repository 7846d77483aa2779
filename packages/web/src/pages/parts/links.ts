/** Addresses of the pages. Paths from outside are encoded one element at a time, so that none of them leaves its page. */

export function moduleLink(module: string): string {
  return `/modules/${encodePath(module)}`
}

export function targetLink(target: string): string {
  return `/targets/${encodePath(target)}`
}

export function ownerLink(owner: string): string {
  return `/owners/${encodePath(owner)}`
}

export function campaignLink(id: string): string {
  return `/campaigns/${encodeURIComponent(id)}`
}

export function repositoryLink(url: string): string {
  return `/repositories?url=${encodeURIComponent(url)}`
}

/** Returns the address of a version's files, of one of them, or of one line. */
export function zipLink(module: string, version: string, file: string | null = null, line?: number): string {
  const at = line === undefined ? '' : `#L${line}`
  const of = `/zips/${encodePath(module)}/@v/${encodeURIComponent(version)}`
  return file === null ? of : `${of}/${encodePath(file)}${at}`
}

export function findingLink(id: number): string {
  return `/findings/${id}`
}

/** Encodes each element of a path. A browser resolves `.` and `..` even when encoded, so their dots are doubly encoded. */
function encodePath(untrustedPath: string): string {
  return untrustedPath
    .split('/')
    .map((part) => (/^\.{1,2}$/.test(part) ? part.replaceAll('.', '%252e') : encodeURIComponent(part)))
    .join('/')
}
