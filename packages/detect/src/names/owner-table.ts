import type { Label } from './label.ts'
import { MOST_LETTERS } from './limits.ts'
import type { TargetFace } from './project.ts'
import { relationOf } from './relation.ts'
import { SignatureTable } from './signature-table.ts'
import { forEachOwnerSignature } from './signatures.ts'

interface KnownOwner {
  label: Label
  faces: TargetFace[]
}

const MOST_REMEMBERED = 50_000

/** Finds the owners among the targets that resemble a given one, and what they own. */
export class OwnerTable {
  readonly #owners: KnownOwner[] = []
  readonly #byText = new Map<string, KnownOwner>()
  readonly #signatures = new SignatureTable()
  readonly #near = new Map<string, readonly TargetFace[]>()
  readonly #seen: number[] = []
  #lookup = 0

  add(face: TargetFace): void {
    const label = face.owner
    if (label.key === '') return
    let owner = this.#byText.get(label.text)
    if (owner === undefined) {
      owner = { label, faces: [] }
      const id = this.#owners.push(owner) - 1
      this.#byText.set(label.text, owner)
      if (label.key.length <= MOST_LETTERS) {
        forEachOwnerSignature(label.text, label.key, (hash) => this.#signatures.add(hash, id))
      }
    }
    owner.faces.push(face)
    if (this.#near.size > 0) this.#near.clear()
  }

  remove(face: TargetFace): void {
    const owner = this.#byText.get(face.owner.text)
    if (owner === undefined) return
    owner.faces = owner.faces.filter((other) => other !== face)
    if (this.#near.size > 0) this.#near.clear()
  }

  /** Every face whose owner resembles `label`, itself not counted. */
  near(label: Label): readonly TargetFace[] {
    const remembered = this.#near.get(label.text)
    if (remembered !== undefined) return remembered
    const found = label.key === '' || label.key.length > MOST_LETTERS ? [] : this.#find(label)
    if (this.#near.size >= MOST_REMEMBERED) this.#near.clear()
    this.#near.set(label.text, found)
    return found
  }

  #find(label: Label): TargetFace[] {
    const found: TargetFace[] = []
    const lookup = ++this.#lookup
    const visit = (id: number): void => {
      if (this.#seen[id] === lookup) return
      this.#seen[id] = lookup
      const owner = this.#owners[id]
      if (owner !== undefined && owner.faces.length > 0 && relationOf(label, owner.label) !== null) {
        for (const face of owner.faces) found.push(face)
      }
    }
    forEachOwnerSignature(label.text, label.key, (hash) => this.#signatures.visit(hash, visit))
    return found
  }

  get bytes(): number {
    return this.#signatures.bytes
  }
}
