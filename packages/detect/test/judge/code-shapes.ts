import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'
import type { Parser } from 'web-tree-sitter'
import { addedBeyondOriginal } from '../../src/clone/added-code.ts'
import type { FindingDraft } from '../../src/finding.ts'
import type { CapabilityReport, SourceFile } from '../../src/go/types.ts'
import { assessModule } from '../../src/judge/assess.ts'
import type { AssessmentInput } from '../../src/judge/signals/facts.ts'
import { copyOf, input, ORIGINAL } from './assess-fixtures.ts'

const CODE = `

// Node is an entry of a list.
type Node struct {
	Key  string
	Next *Node
}

// Find returns the node of that key.
func (n *Node) Find(key string) *Node {
	for at := n; at != nil; at = at.Next {
		if at.Key == key {
			return at
		}
	}
	return nil
}
`
const FILES: readonly SourceFile[] = [
  { path: 'a.go', content: `package bolt${CODE}` },
  {
    path: 'b.go',
    content: 'package bolt\n\n// Count counts.\nfunc Count(n *Node) int { return len(n.Key) }\n',
  },
]

/** Returns what a copy with a shape in it has beyond its original. */
export function addedByShape(parser: Parser, shape: CodeShape): CapabilityReport {
  const imports = shape.imports.map((each) => `import ${each.includes('"') ? each : `"${each}"`}\n`).join('')
  const main = shape.body === '' ? '' : `func init() {\n${shape.body}\n}\n`
  const code = `package bolt\n\n${imports}${CODE}\n${shape.declarations}\n\n${main}`
  const extra = Object.entries(shape.files).map(([file, content]) => ({
    path: file,
    content: content.replaceAll('PACKAGE', 'bolt'),
  }))
  const [, second] = FILES
  const files = [{ path: 'a.go', content: code }, ...(second === undefined ? [] : [second]), ...extra]
  const lookalike = 'github.com/qwertzuiop/bolt'
  return addedBeyondOriginal(
    parser,
    { path: ORIGINAL.path, declaredPath: ORIGINAL.path, files: FILES },
    { path: lookalike, declaredPath: lookalike, files },
  )
}

/** Assesses a copy, by an owner that is new, to which a shape was added. */
export function assessShape(
  added: CapabilityReport,
  changes: Partial<AssessmentInput> = {},
): FindingDraft | undefined {
  const copy = copyOf(ORIGINAL, { added })
  const firstSeenAt = new Date('2021-11-20T09:00:00Z')
  const owner = { name: 'qwertzuiop', modules: 1, firstSeenAt }
  return assessModule(input({ comparisons: [copy], owner, ...changes }))[0]
}
