import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'

/** Makes a shape that should be `high`. Its body runs in `init`. */
export function late(
  group: string,
  name: string,
  imports: readonly string[],
  declarations: string,
  body: readonly string[],
  files: Readonly<Record<string, string>> = {},
): CodeShape {
  return { group, name, want: 'high', imports, declarations, body: body.join('\n'), files }
}
