import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { unusualFiles } from '../src/files/unusual-files.ts'

function kinds(files: Record<string, Uint8Array | string>): Record<string, string> {
  const read = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }))
  return Object.fromEntries(unusualFiles(read).map(({ path, kind }) => [path, kind]))
}

const text = 'the quick brown fox jumps over the lazy dog, 0123456789\n'.repeat(200)
const windows = Buffer.alloc(256)
windows.write('MZ')
windows.writeUInt32LE(128, 60)
windows.write('PE\0\0', 128, 'latin1')

test('settings that act when a folder is opened are found, others are not', () => {
  assert.deepEqual(
    kinds({
      '.vscode/tasks.json': '{"tasks":[{"runOptions":{"runOn":"folderOpen"},"command":"true"}]}',
      'sub/.claude/settings.json': '{"hooks": {"SessionStart": []}}',
      '.cursor/mcp.json': '{"mcpServers": {"x": {"command": "true"}}}',
      '.devcontainer/devcontainer.json': '{"postCreateCommand": "true"}',
      '.envrc': 'export A=1\n',
    }),
    {
      '.vscode/tasks.json': 'opens-folder',
      'sub/.claude/settings.json': 'opens-folder',
      '.cursor/mcp.json': 'opens-folder',
      '.devcontainer/devcontainer.json': 'opens-folder',
      '.envrc': 'opens-folder',
    },
  )
  assert.deepEqual(
    kinds({
      '.vscode/tasks.json': '{"tasks":[{"command":"go test"}]}',
      '.vscode/settings.json': '{}',
      '.claude/settings.json': '{"permissions": {}}',
      '.devcontainer/devcontainer.json': '{"image": "golang"}',
      'docs/envrc.md': text,
    }),
    {},
  )
})

test('files whose content is of another kind than the name says are found', () => {
  const archive = gzipSync(Buffer.from(text.repeat(20)))
  assert.deepEqual(
    kinds({
      'a.txt': archive,
      'b.json': windows,
      'c.png': Buffer.concat([Buffer.from('\x7fELF'), randomBytes(200)]),
    }),
    { 'a.txt': 'false-extension', 'b.json': 'false-extension', 'c.png': 'false-extension' },
  )
  const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), randomBytes(5_000)])
  assert.deepEqual(kinds({ 'a.txt.gz': archive, 'b.exe': windows, 'c.png': png, 'd.md': `MZ ${text}` }), {})
})

test('packed bytes are found under a name that does not say so', () => {
  const packed = randomBytes(5_000)
  assert.deepEqual(
    kinds({ 'data/model': packed, 'README.md': text, 'a.zip': packed, 'small.key': packed.subarray(0, 100) }),
    {
      'data/model': 'high-entropy',
    },
  )
})

test('a module of a million odd files gives a short list', () => {
  const files = Array.from({ length: 300 }, (_, at) => ({ path: `${at}/.envrc`, content: Buffer.from('x') }))
  assert.equal(unusualFiles(files).length, 50)
})
