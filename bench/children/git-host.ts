// A code host with the repositories of bench/repositories/synthetic.ts, in a process of its own. Prints its address, ends with
// its input. A number in its input limits the answers a second from then on.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveRefs } from '@mirrorwatch/testing/git/ref-server'
import { headOf, numberOf, tagsOf } from '../repositories/synthetic.ts'

let spacingMs = 0
let next = 0

await using server = await serveRefs({
  async turn() {
    next = Math.max(performance.now(), next + spacingMs)
    if (spacingMs > 0) await sleep(next - performance.now())
  },
  refsOf(path) {
    const at = numberOf(path)
    return at === null ? null : { head: headOf(at), tags: tagsOf(at, 'now') }
  },
})
console.log(server.url)
for await (const line of createInterface(process.stdin)) spacingMs = 1000 / Number(line)
