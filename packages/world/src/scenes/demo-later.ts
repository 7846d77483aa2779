import type { WorldChanges } from '../build/changes.ts'

/** A day on which something happens to the demo's repositories. */
export interface LaterDay {
  /** Days after the first scan. */
  day: number
  /** Description of the event, for people. */
  says: string
  happen: (changes: WorldChanges) => Promise<void>
}

const TOOLBOX = 'github.com/lanternworks/toolbox'
const ENVFILE = 'github.com/harrowgate/envfile'

/** Repositories to which something happens. */
export const CHANGING: readonly string[] = [TOOLBOX, ENVFILE]

/** Events that only the second and third look at repositories can see. */
export const DEMO_LATER: readonly LaterDay[] = [
  {
    day: 4,
    says: `Four days later: a tag of ${TOOLBOX} names another commit, and the account of ${ENVFILE} is deleted.`,
    happen: async (changes) => {
      await changes.change(TOOLBOX, [{ do: 'tag', name: 'as-it-was', target: 'log/v0.3.0' }])
      await changes.moveTag(TOOLBOX, 'log/v0.3.0', {
        time: '2025-06-01T10:00:00Z',
        files: { 'log/other.go': 'package log\n\n// Other is there for some days.\nconst Other = 1\n' },
      })
      changes.deleteRepository(ENVFILE)
    },
  },
  {
    day: 8,
    says: `Four more days later: that tag is as it was, and a stranger has registered the account of ${ENVFILE}.`,
    happen: async (changes) => {
      await changes.change(TOOLBOX, [{ do: 'tag', name: 'log/v0.3.0', target: 'as-it-was' }])
      await changes.replaceRepository({
        path: ENVFILE,
        author: 'Someone Else <else@stranger.example>',
        steps: [
          {
            do: 'commit',
            time: '2025-06-03T10:00:00Z',
            message: 'Import',
            files: {
              'go.mod': `module ${ENVFILE}\n\ngo 1.15\n`,
              'envfile.go': '// Package envfile is being rewritten.\npackage envfile\n',
            },
          },
        ],
      })
    },
  },
]
