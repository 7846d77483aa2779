import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'

/** Validates a SARIF document against the official schema. Returns the errors; none if the document is valid. */
export function sarifFaults(document: unknown): ErrorObject[] {
  const file = path.join(import.meta.dirname, '../../fixtures/schemas/sarif-2.1.0.schema.json')
  const { id, $schema: _, ...rules } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  // It says draft-04, of which it uses nothing that draft-07 reads otherwise but the name of `id`.
  const valid = ajv.compile({ $id: String(id), ...rules })
  return valid(document) ? [] : (valid.errors ?? [])
}
