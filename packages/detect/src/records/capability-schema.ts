import { z } from 'zod'
import type {
  CapabilityKind,
  CapabilityReport,
  CapabilityUse,
  ChangedRequirement,
  FoldedString,
  ImportedModule,
  NetworkPlace,
  UnparsedFile,
} from '../go/types.ts'
import { oneOf, type Shape } from './shape.ts'

const place = { file: z.string(), line: z.number(), column: z.number() }

const use: z.ZodType<CapabilityUse> = z.object({
  ...place,
  kind: oneOf<CapabilityKind>({
    process: true,
    network: true,
    files: true,
    persistence: true,
    interpreter: true,
    native: true,
    global: true,
    secrets: true,
    environment: true,
    syscall: true,
    unsafe: true,
    cgo: true,
    assembly: true,
    linkname: true,
    reflection: true,
    plugin: true,
    'build-tag': true,
    generate: true,
    embed: true,
  }),
  what: z.string(),
  onImport: z.boolean(),
  reachedFrom: z.array(z.string()),
  calledFrom: z.array(z.string()),
  quote: z.string(),
  folded: z.string().nullable(),
} satisfies Shape<CapabilityUse>)

const foldedString: z.ZodType<FoldedString> = z.object({
  ...place,
  value: z.string(),
  how: z.array(z.string()),
  onImport: z.boolean(),
  quote: z.string(),
} satisfies Shape<FoldedString>)

const networkPlace: z.ZodType<NetworkPlace> = z.object({
  ...place,
  kind: oneOf<NetworkPlace['kind']>({ url: true, address: true, domain: true }),
  defanged: z.string(),
  onImport: z.boolean(),
} satisfies Shape<NetworkPlace>)

const unparsedFile: z.ZodType<UnparsedFile> = z.object({
  file: z.string(),
  reason: oneOf<UnparsedFile['reason']>({
    syntax: true,
    'too-large': true,
    'too-deep': true,
    time: true,
    'not-text': true,
    budget: true,
  }),
  line: z.number().nullable(),
} satisfies Shape<UnparsedFile>)

const changedRequirement: z.ZodType<ChangedRequirement> = z.object({
  path: z.string(),
  version: z.string(),
  was: z.string().nullable(),
  imports: z.array(z.string()),
} satisfies Shape<ChangedRequirement>)

const importedModule: z.ZodType<ImportedModule> = z.object({
  path: z.string(),
  version: z.string(),
  uses: z.array(use),
  refused: z.boolean().exactOptional(),
} satisfies Shape<ImportedModule>)

/** Schema of what code was found to do, as the JSON columns hold it. */
export const capabilityReportSchema: z.ZodType<CapabilityReport> = z.object({
  files: z.number(),
  ownPaths: z.array(z.string()),
  imports: z.array(z.string()),
  uses: z.array(use),
  strings: z.array(foldedString),
  places: z.array(networkPlace),
  unparsed: z.array(unparsedFile),
  truncated: z.boolean(),
  embeds: z.array(z.string()).exactOptional(),
  requires: z.record(z.string(), z.string()).exactOptional(),
  requirements: z.array(changedRequirement).exactOptional(),
  generated: z.array(z.string()).exactOptional(),
  imported: z.array(importedModule).exactOptional(),
  notRead: z.string().exactOptional(),
} satisfies Shape<CapabilityReport>)
