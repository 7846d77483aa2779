// Opens (and so migrates) the database of a URL and closes it again.
import { openStore } from '../../src/connect/connect.ts'

const [databaseUrl = ''] = process.argv.slice(2)
await using store = await openStore({ databaseUrl, dataDir: '/nonexistent' })
console.log(store.kind)
