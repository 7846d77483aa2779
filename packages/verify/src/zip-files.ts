import type { ModuleZip, ZipEntry } from '@mirrorwatch/gomod/zip/module-zip'

/** A module zip with its files by path. */
export interface ZipFiles {
  files: ReadonlyMap<string, ZipEntry>
  read: ModuleZip['read']
}
