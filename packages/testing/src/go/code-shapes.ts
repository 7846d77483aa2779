import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A harmless piece of Go to put into a copy: what to import, declare, and run in `init`, and further files of the package. */
export interface CodeShape {
  group: string
  name: string
  /** Severity that a copy with it should get; `honest` ones at most this. */
  want: 'high' | 'medium'
  imports: readonly string[]
  declarations: string
  body: string
  /** Texts by file name; PACKAGE stands for the package's name. */
  files: Readonly<Record<string, string>>
}

/** Returns the shapes of a red team that `folder` (MIRRORWATCH_TEST_DATA) holds. */
export function readShapes(folder: string): CodeShape[] {
  return JSON.parse(readFileSync(path.join(folder, 'code-shapes.json'), 'utf8')) as CodeShape[]
}
