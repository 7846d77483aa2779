/** The `module` line of a go.mod, quoted or not; null where there is none. */
export function declaredPath(goMod: Buffer | string | undefined): string | null {
  const line = /^[ \t]*module[ \t]+(?:"([^"\n]+)"|`([^`\n]+)`|([^\s"`(]+))/m.exec(goMod?.toString() ?? '')
  return line?.[1] ?? line?.[2] ?? line?.[3] ?? null
}
