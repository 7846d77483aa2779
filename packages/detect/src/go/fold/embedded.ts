import { toText } from '../parse/bytes.ts'
import { textOf, typeName } from '../parse/file-model.ts'
import { stringBytes } from '../parse/literals.ts'
import type { ValueModel } from '../parse/package-model.ts'
import { isByte } from '../value/int-types.ts'
import { byteList, type MaybeValue, objectValue, stringValue, textIn, tuple } from '../value/values.ts'
import type { Frame } from './frame.ts'
import { elementOf } from './types.ts'

/** Characters before a variable's type in which its `//go:embed` line is looked for. */
const MAX_BEFORE = 400

/** Returns what a `//go:embed` line puts into a variable; null without one, and where the file is not known. */
export function embeddedValue(frame: Frame, { file, typeNode }: ValueModel): MaybeValue {
  if (typeNode === null || !file.directives.some(({ text }) => text.startsWith('//go:embed'))) return null
  const before = file.text.slice(Math.max(0, typeNode.start - MAX_BEFORE), typeNode.start)
  const [, word] = /\/\/go:embed[ \t]+(\S+)[^\n]*\n\s*(?:var\s+)?\w+\s*$/.exec(before) ?? []
  if (word === undefined) return null
  const read = (name: string): string | null =>
    frame.fold.embedded(file.directory === '' ? name : `${file.directory}/${name}`)
  if (typeName(file, typeNode) === 'embed.FS')
    return objectValue({
      ReadFile: ([name]) => {
        const bytes = read(toText(textIn(name) ?? ''))
        return tuple(bytes === null ? null : byteList(bytes), null)
      },
    })
  const bytes = read(/^["`]/.test(word) ? toText(stringBytes(word)) : word)
  if (bytes === null) return null
  if (isByte(elementOf(frame, typeNode))) return byteList(bytes)
  return textOf(file, typeNode) === 'string' ? stringValue(bytes) : null
}
