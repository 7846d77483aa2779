import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Shape } from './payloads.ts'

/** Ways of putting a payload in, by where it stands and what sets it off. */
export const PLACEMENTS = ['init', 'var', 'far right', 'deep'] as const
export type Placement = (typeof PLACEMENTS)[number]

/** Inserts a payload into the largest Go package of a folder. Returns false if there is no package. */
export function insertPayload(folder: string, shape: Shape, placement: Placement): boolean {
  const files = largestPackage(folder)
  const [main, other = main] = files
  if (main === undefined || other === undefined) return false
  const name = /^package (\w+)/m.exec(readFileSync(main, 'utf8'))?.[1] ?? 'main'
  for (const [file, content] of Object.entries(shape.files ?? {})) {
    const added = path.join(path.dirname(main), file)
    mkdirSync(path.dirname(added), { recursive: true })
    writeFileSync(added, content.replaceAll('PACKAGE', name))
  }
  if (placement === 'init') append(main, shape, `func init() {\n${indented(shape.body)}\n}\n`)
  else if (placement === 'var')
    append(other, shape, `var _ = func() bool {\n${indented(shape.body)}\n\treturn true\n}()\n`)
  else if (placement === 'far right') farRight(main, shape)
  else deep(main, other, shape)
  return true
}

/** Non-test files of an importable package that every platform builds, largest first. */
export function largestPackage(folder: string): string[] {
  const packages = new Map<string, { file: string; size: number }[]>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.go') || /_test\.go$|_(linux|windows|darwin|unix|amd64|arm64|js|plan9)/.test(name))
      continue
    if (/(^|\/)(vendor|testdata|internal|examples?|_\w+|\.\w+)\//.test(name)) continue
    const file = path.join(folder, name)
    const text = readFileSync(file, 'utf8')
    if (/^\s*\/\/(go:build| \+build)|^package main\b|^import "C"|^\/\/ Code generated/m.test(text)) continue
    const key = path.dirname(name)
    packages.set(key, [...(packages.get(key) ?? []), { file, size: text.length }])
  }
  const weight = (files: { size: number }[]): number => files.reduce((sum, { size }) => sum + size, 0)
  // The root package is what everybody imports.
  const [best] = [...packages].toSorted(
    ([a, left], [b, right]) => Number(b === '.') - Number(a === '.') || weight(right) - weight(left),
  )
  return (best?.[1] ?? []).toSorted((a, b) => b.size - a.size).map(({ file }) => file)
}

function append(file: string, shape: Shape, code: string): void {
  const text = withImports(readFileSync(file, 'utf8'), shape.imports)
  writeFileSync(
    file,
    `${text.trimEnd()}\n\n${shape.declarations === '' ? '' : `${shape.declarations}\n\n`}${code}`,
  )
}

/** Behind a function's closing brace, beyond the width of any screen. */
function farRight(file: string, shape: Shape): void {
  const text = withImports(readFileSync(file, 'utf8'), shape.imports)
  const line = `; func init() { ${shape.body.replaceAll('\n', '; ')} }`
  const at = middleOf(text)
  const hidden = `${text.slice(0, at)}${' '.repeat(600)}${line}${text.slice(at)}`
  writeFileSync(file, shape.declarations === '' ? hidden : `${hidden.trimEnd()}\n\n${shape.declarations}\n`)
}

/** Among other functions of one file; called from the initialiser of a variable in another. */
function deep(file: string, caller: string, shape: Shape): void {
  const text = withImports(readFileSync(file, 'utf8'), shape.imports)
  const helper = `\n\n${shape.declarations}\n\nfunc qzWarmUp() bool {\n${indented(shape.body)}\n\treturn true\n}\n`
  const at = middleOf(text)
  writeFileSync(file, `${text.slice(0, at)}${helper}${text.slice(at)}`)
  const calling = readFileSync(caller, 'utf8')
  writeFileSync(caller, `${calling.trimEnd()}\n\nvar qzReady = qzWarmUp()\n`)
}

/** Just after a top-level closing brace near the middle of a file. */
function middleOf(text: string): number {
  const found = text.indexOf('\n}\n', text.length / 2)
  const brace = found < 0 ? text.lastIndexOf('\n}\n') : found
  return brace < 0 ? text.trimEnd().length : brace + 2
}

function withImports(text: string, imports: readonly string[]): string {
  const missing = imports.filter((name) => !new RegExp(`^(import )?\\s*"${name}"`, 'm').test(text))
  const block = missing.map((name) => `import ${name.includes('"') ? name : `"${name}"`}\n`).join('')
  return text.replace(/^package \w+.*$/m, (clause) => `${clause}\n\n${block}`)
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `\t${line}`)
    .join('\n')
}
