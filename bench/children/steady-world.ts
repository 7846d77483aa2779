// The upstreams of bench/steady.ts, in a process of their own. Prints the variables that point at them, ends with its input.
import { syntheticSpec } from '@mirrorwatch/world/scenes/synthetic-world'
import { startWorld } from '@mirrorwatch/world/world'

const [modules = '', versionsPerModule = ''] = process.argv.slice(2)
const spec = syntheticSpec({ modules: Number(modules), versionsPerModule: Number(versionsPerModule) })
await using world = await startWorld(spec)
console.log(JSON.stringify(world.env))
for await (const _ of process.stdin);
