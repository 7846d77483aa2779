// A code host with the repositories of bench/repositories/synthetic.ts, in a process of its own. Prints its address, ends with
// its input.
import { serveRefs } from '@mirrorwatch/testing/git/ref-server'
import { headOf, numberOf, tagsOf } from '../repositories/synthetic.ts'

await using server = await serveRefs({
  refsOf(path) {
    const at = numberOf(path)
    return at === null ? null : { head: headOf(at), tags: tagsOf(at, 'now') }
  },
})
console.log(server.url)
for await (const _ of process.stdin);
