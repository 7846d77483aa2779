import { refinedKind } from '../capability/refine.ts'
import { emptyScope } from '../fold/frame.ts'
import { hiddenText } from '../fold/hidden.ts'
import { createFolding, type FoldingMachine } from '../fold/machine.ts'
import { GAP, toText } from '../parse/bytes.ts'
import type { FileModel } from '../parse/file-model.ts'
import { MAX_SHOWN_FOLDED, showFolded } from '../parse/quote.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import type { ModuleModel } from '../reach/module-model.ts'
import { isCommand, type Reached, reachedOnImport } from '../reach/reach.ts'
import type { Unit } from '../reach/unit.ts'
import { type FoundUse, findUses } from '../reach/uses.ts'
import type { CapabilityUse } from '../types.ts'
import { toStringValue } from '../value/text.ts'
import { beginningOf, type MaybeValue, pointedTo, type StringValue } from '../value/values.ts'

/** Steps of constant folding in one function that runs on import: loops over arrays of some thousand elements. */
const MAX_IMPORT_STEPS = 200_000
/** Steps in each of the other functions, of which there are many. */
const MAX_FUNCTION_STEPS = 15_000

export interface HiddenString {
  file: FileModel
  node: SyntaxNode
  value: StringValue
}

export interface Followed {
  strings: HiddenString[]
  reached: Reached
  found: FoundUse[]
}

/**
 * Runs the code with its constant values, entry points first, so that a helper receives the arguments of an import.
 * `embedded`: the bytes of a file that the code embeds.
 */
export function followCode(module: ModuleModel, embedded: (path: string) => string | null): Followed {
  const strings = new Map<SyntaxNode, HiddenString>()
  const argumentsOf = new Map<SyntaxNode, string | null>()
  const fold = createFolding((path) => module.packageOf(path), embedded, {
    onCall(node, args) {
      argumentsOf.set(node, better(argumentsOf.get(node) ?? null, showArguments(args)))
    },
    onString(file, node, value) {
      const text = hiddenText(value)
      const known = strings.get(node)
      if (text === null || (known !== undefined && known.value.text.length >= text.text.length)) return
      strings.set(node, { file, node, value: text })
    },
  })
  const onImport = reachedOnImport(module)
  const { reached } = onImport
  const units = module.units.filter((unit) => unit.outer === null)
  const ranked = units.toSorted((a, b) => rank(b, reached) - rank(a, reached))
  for (const unit of ranked) if (!foldUnit(fold, unit, isImported(unit, reached))) break
  const found = findUses(module, onImport)
  for (const { use, call } of found) {
    if (call !== null) use.folded = argumentsOf.get(call) ?? null
    use.kind = refinedKind(use)
  }
  leaveOutPreparations(found.map(({ use }) => use))
  return { strings: [...strings.values()], reached, found }
}

/** Calls that make something for the network and send nothing. */
const PREPARES = /^net\/http\.NewRequest(WithContext)?$/
const RESOLVES = /^net\.Resolve\w+Addr$/
/** Arguments of a resolution that asks no name server. */
const NUMERIC = /^\w+ (localhost|\d+(\.\d+){3}|\[[\da-f:.%]*\])?(:\w*)?$/i

/** Any free port of this machine, as tests take one. */
const FREE_PORT = /^tcp[46]? (localhost|127\.0\.0\.1|\[::1\]):0$/

/** Marks requests that nothing sends, and addresses that need no look-up, as harmless on import. */
function leaveOutPreparations(uses: readonly CapabilityUse[]): void {
  const prepares = ({ what, folded }: CapabilityUse): boolean =>
    PREPARES.test(what) ||
    (RESOLVES.test(what) && NUMERIC.test(folded ?? '')) ||
    (what === 'net.Listen' && FREE_PORT.test(folded ?? ''))
  const sends = uses.some((use) => use.onImport && use.kind === 'network' && !prepares(use))
  for (const use of uses) {
    if (!use.onImport || !prepares(use) || (sends && PREPARES.test(use.what))) continue
    use.onImport = false
    use.reachedFrom = []
  }
}

/** Returns true if importing reaches a unit. `func main` and the functions that it calls count like any other function. */
function isImported(unit: Unit, reached: Reached): boolean {
  const chain = reached.get(unit)
  return chain !== undefined && !isCommand(chain)
}

function rank(unit: Unit, reached: Reached): number {
  if (unit.entry === 'import') return 3
  return isImported(unit, reached) ? 2 : Number(unit.entry === 'command')
}

function foldUnit(fold: FoldingMachine, unit: Unit, reached: boolean): boolean {
  if (!fold.refill(reached ? MAX_IMPORT_STEPS : MAX_FUNCTION_STEPS)) return false
  const { file, pkg, root } = unit
  if (!unit.initialiser) {
    fold.invoke({ file, pkg, node: root, scope: null }, [])
    return true
  }
  const value = fold.evaluate({ file, pkg, scope: emptyScope(), fold }, root)
  if (value !== null) fold.onString(file, root, value)
  return true
}

/** Returns the description with fewer gaps: a function may be run more than once, with different arguments. */
function better(old: string | null, next: string | null): string | null {
  if (old === null || next === null) return old ?? next
  const gaps = (text: string): number => text.split(GAP).length
  return gaps(next) < gaps(old) ? next : old
}

function showArguments(args: readonly MaybeValue[]): string | null {
  if (!args.some((arg) => arg !== null && arg.kind !== 'function' && arg.kind !== 'map')) return null
  return showFolded(args.map((arg) => showArgument(arg)).join(' '))
}

/** Lists inside lists that are shown: of a list that holds itself many times, all would never end. */
const MAX_SHOWN_LISTS = 2

function showArgument(given: MaybeValue, depth = 0): string {
  const arg = pointedTo(given)
  if (arg?.kind === 'int') return String(arg.value)
  if (arg?.kind === 'environment') return `$${toText(arg.name)}`
  const text = arg === null ? null : toStringValue(beginningOf(arg, MAX_SHOWN_FOLDED))
  if (text?.kind === 'string') return toText(text.text)
  if (arg?.kind !== 'list' || depth >= MAX_SHOWN_LISTS) return GAP
  const items = arg.items.slice(0, 50)
  return items.map((item) => showArgument(item, depth + 1)).join(' ')
}
