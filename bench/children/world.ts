// The upstreams of a benchmark, in a process of their own. Prints the variables that point at them, ends with its input.
import { type SyntheticWorldOptions, syntheticSpec } from '@mirrorwatch/world/scenes/synthetic-world'
import { startWorld } from '@mirrorwatch/world/world'

const spec = syntheticSpec(JSON.parse(process.argv[2] ?? '') as SyntheticWorldOptions)
await using world = await startWorld(spec)
console.log(JSON.stringify(world.env))
for await (const _ of process.stdin);
