// Opens the store of a folder, says who owns it, and closes it once its input ends.
import { openStore } from '../../src/connect/connect.ts'

const [dataDir = ''] = process.argv.slice(2)
const store = await openStore({ dataDir })
const { count } = await store.db
  .selectFrom('module')
  .select((eb) => eb.fn.countAll<number>().as('count'))
  .executeTakeFirstOrThrow()
console.log(JSON.stringify({ owned: store.owned, count }))
process.stdin.on('end', () => void store.close())
process.stdin.resume()
