// The page and the API as a separate process, next to crawlers and workers on the same Postgres.
import { runWebProcess } from '@mirrorwatch/web/server/run'

await runWebProcess('mirrorwatch-web')
