import type { Command } from 'commander'

/** A command in the help, and the code that it needs. Each loads its own code on demand, so that `check` starts fast. */
export interface CommandEntry {
  description: string
  /**
   * True for a command that runs in checkouts of other people, by hand or in CI. It takes no setting from a file there: what is
   * checked must not choose who is asked, nor what is left out.
   */
  isForCheckouts?: true
  load: () => Promise<Command>
}

/** The commands in the order of the help. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  up: {
    description: 'Run the whole service in one process: crawler, workers, scheduler, page.',
    load: async () => (await import('./commands/up.ts')).upCommand(),
  },
  crawl: {
    description: 'Read the index feed and the checksum database into the store.',
    load: async () => (await import('./commands/crawl.ts')).crawlCommand(),
  },
  worker: {
    description: 'Run jobs only; a crawler elsewhere reads the feed.',
    load: async () => (await import('./commands/worker.ts')).workerCommand(),
  },
  scan: {
    description: 'Do one pass from feed to findings, print the findings and exit.',
    load: async () => (await import('./commands/scan.ts')).scanCommand(),
  },
  match: {
    description: 'Compares module paths with the targets by name. Needs no database.',
    isForCheckouts: true,
    load: async () => (await import('./commands/match.ts')).matchCommand(),
  },
  verify: {
    description: 'Compare cached versions with their repositories: is what is compiled what is shown?',
    isForCheckouts: true,
    load: async () => (await import('./commands/verify.ts')).verifyCommand(),
  },
  sum: {
    description: "Print the h1: hash that a version's zip would have if it were made from its tag now.",
    isForCheckouts: true,
    load: async () => (await import('./commands/sum.ts')).sumCommand(),
  },
  check: {
    description: 'Check module names: are they look-alikes, and is anything known about them?',
    isForCheckouts: true,
    load: async () => (await import('./commands/check.ts')).checkCommand(),
  },
  targets: {
    description: 'The modules that are worth imitating: list them, import or refresh their figures.',
    load: async () => (await import('./commands/targets.ts')).targetsCommand(),
  },
  known: {
    description: 'Modules that others have found to be malicious: import a database of them, list them.',
    load: async () => (await import('./commands/known.ts')).knownCommand(),
  },
  findings: {
    description: 'What was found: list, look at one, decide, export.',
    load: async () => (await import('./commands/findings/findings.ts')).findingsCommand(),
  },
  allow: {
    description: 'Keep the list of names that are known to be honest.',
    load: async () => (await import('./commands/allow.ts')).allowCommand(),
  },
  watch: {
    description: "Keep the list of a team's own modules, prefixes and dependencies.",
    load: async () => (await import('./commands/watch.ts')).watchCommand(),
  },
  token: {
    description: 'Makes a token for the page and the API, and prints it once.',
    load: async () => (await import('./commands/token.ts')).tokenCommand(),
  },
  web: {
    description: 'The page: print the link that opens it.',
    load: async () => (await import('./commands/web.ts')).webCommand(),
  },
  repository: {
    description: 'Show what is known of a repository: its state, its modules, and what happened to its tags.',
    load: async () => (await import('./commands/repository/repository.ts')).repositoryCommand(),
  },
  report: {
    description: 'Print the weekly report, write it to a file, or send it.',
    load: async () => (await import('./commands/report.ts')).reportCommand(),
  },
  demo: {
    description:
      'The whole pipeline over a small Go ecosystem that it builds and serves on loopback. Changes nothing of yours.',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  migrate: {
    description: "Bring the database up to date: mirrorwatch's tables and roles, and those of the queue.",
    load: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  },
  doctor: {
    description: 'Show what is configured, what can be reached, what is missing, and what to do about it.',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
}
