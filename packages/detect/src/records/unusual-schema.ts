import { z } from 'zod'
import type { UnusualFile } from '../files/unusual-files.ts'
import { oneOf, type Shape } from './shape.ts'

/** Unusual files as `code_reading.unusual` holds them. */
export const unusualFilesSchema: z.ZodType<UnusualFile[]> = z.array(
  z.object({
    path: z.string(),
    kind: oneOf<UnusualFile['kind']>({ 'opens-folder': true, 'false-extension': true, 'high-entropy': true }),
    detail: z.string(),
    size: z.number(),
  } satisfies Shape<UnusualFile>),
)
