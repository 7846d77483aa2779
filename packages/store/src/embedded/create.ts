/**
 * The thread that makes a new database and ends. Making one takes 500 MB, which a thread that lived on would keep.
 */

import { workerData } from 'node:worker_threads'
import { openPostgres } from './postgres.ts'

const db = await openPostgres(workerData as string)
await db.close()
