// Writes three rows a transaction for as long as it lives, and prints each number once its transaction is committed.
import { openStore } from '../../src/connect/connect.ts'

const [dataDir = ''] = process.argv.slice(2)
const store = await openStore({ dataDir })
const last = await store.db
  .selectFrom('target')
  .select((eb) => eb.fn.max('dependents').as('max'))
  .executeTakeFirst()
let next = (last?.max ?? 0) + 1
console.log('ready')
for (;;) {
  const number = next++
  const now = new Date()
  await store.db.transaction().execute((trx) =>
    trx
      .insertInto('target')
      .values(
        ['a', 'b', 'c'].map((part) => ({
          path: `${number}/${part}`,
          dependents: number,
          source: 'x'.repeat(number % 5_000),
          added_at: now,
          updated_at: now,
        })),
      )
      .execute(),
  )
  console.log(number)
}
