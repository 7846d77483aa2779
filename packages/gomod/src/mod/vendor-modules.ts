import { GomodError } from '../errors.ts'
import { isFolderPath, isRequirablePath, type ModuleUse } from './project-files.ts'

/** Limit on a modules.txt. The largest vendor folders have some 10,000 packages of 100 characters each. */
export const MAX_MODULES_TXT_BYTES = 16 * 1024 * 1024

/** Module of a vendor/modules.txt. */
export interface VendoredModule {
  path: string
  /** Empty on a line about a replacement of every version. */
  version: string
  /** Module that takes its place; its version is empty if it is a folder. */
  replacement: { path: string; version: string } | null
  /** Import paths of the packages that were copied. */
  packages: string[]
}

/**
 * Parses a vendor/modules.txt as `go mod vendor` writes it.
 *
 * @throws GomodError `malformed`, naming the line; `too-large`
 */
export function parseVendorModules(untrustedText: string): VendoredModule[] {
  if (untrustedText.length > MAX_MODULES_TXT_BYTES)
    throw new GomodError('too-large', 'modules.txt is over 16 MiB')
  const modules: VendoredModule[] = []
  for (const [i, line] of untrustedText.split(/\r?\n/).entries()) {
    // `# path version => replacement version`; `## explicit` and package paths belong to the module above.
    if (line.startsWith('# ')) modules.push(parseModule(line.slice(2), i + 1))
    else if (line.trim() !== '' && !line.startsWith('#')) modules.at(-1)?.packages.push(line.trim())
  }
  return modules
}

function parseModule(untrustedText: string, number: number): VendoredModule {
  const [left = '', right] = untrustedText.split(' => ')
  const [path = '', version = ''] = left.trim().split(/\s+/)
  if (!isRequirablePath(path))
    throw new GomodError('malformed', `modules.txt line ${number}: not a module path`)
  const [replacement = '', replacementVersion = ''] = right?.trim().split(/\s+/) ?? []
  return {
    path,
    version,
    replacement: replacement === '' ? null : { path: replacement, version: replacementVersion },
    packages: [],
  }
}

/**
 * Returns the modules that a vendor/modules.txt lists, and their replacements.
 *
 * @throws GomodError as {@link parseVendorModules}
 */
export function usesOfVendor(untrustedText: string): ModuleUse[] {
  return parseVendorModules(untrustedText).flatMap(({ path, version, replacement }) => [
    { path, version: version || null },
    ...(replacement === null || isFolderPath(replacement.path)
      ? []
      : [{ path: replacement.path, version: replacement.version || null }]),
  ])
}
