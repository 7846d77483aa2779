import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { onPath } from '@mirrorwatch/testing/services'
import {
  asAdmin,
  createDatabase,
  insertModules,
  type TestDatabase,
} from '@mirrorwatch/testing/store/databases'

const INFRA = path.join(import.meta.dirname, '../infra')
const TOOLS = ['bash', 'psql', 'pg_dump', 'pg_restore']
const skip =
  process.env['DATABASE_URL'] === undefined
    ? 'DATABASE_URL is not set'
    : TOOLS.every(onPath)
      ? false
      : 'the client tools of Postgres are not on the PATH'
/** Characters that a URL, a shell and printf each treat in their own way. */
const PASSWORD = "a%b:c\\n'd#"

suite('backup, restore and login users', { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-backup-'))
  const owner = `mw_owner_${randomBytes(6).toString('hex')}`
  let source: TestDatabase
  let target: TestDatabase

  before(async () => {
    source = await createDatabase()
    target = await createDatabase()
    await using store = await openStore({ databaseUrl: source.url, dataDir: folder })
    await insertModules(store, 'github.com/kept/module')
    await asAdmin(source.url, `create role ${owner} login password '${PASSWORD.replaceAll("'", "''")}'`)
    await asAdmin(source.url, `alter database ${nameOf(target)} owner to ${owner}`)
    wrapTools(folder)
  })
  after(async () => {
    await target.drop()
    await source.drop()
    await asAdmin(process.env['DATABASE_URL'] ?? '', `drop role if exists ${owner}`)
    rmSync(folder, { recursive: true, force: true })
  })

  function run(script: string, argument: string, url: string): string {
    const env = { PATH: `${folder}/bin:${process.env['PATH']}`, DATABASE_URL: url }
    const { status, stdout, stderr } = spawnSync(path.join(INFRA, 'backup', script), [argument], {
      env,
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [0, ''], script)
    return stdout.trim()
  }

  test('a backup is restored by another owner, without a warning, and closed to others', async () => {
    const file = run('backup.sh', folder, source.url)
    const url = new URL(target.url)
    url.username = owner
    url.password = encodeURIComponent(PASSWORD)
    run('restore.sh', file, url.href)
    await using store = await openStore({ databaseUrl: url.href, dataDir: folder })
    const rows = await store.db.selectFrom('module').select('path').execute()
    assert.deepEqual(rows, [{ path: 'github.com/kept/module' }])
    assert.deepEqual(
      connectRights(target),
      ['mirrorwatch_reader', 'mirrorwatch_triage', 'mirrorwatch_web', 'mirrorwatch_worker', owner].sort(),
    )
    const again = spawnSync(path.join(INFRA, 'backup/restore.sh'), [file], {
      env: { PATH: process.env['PATH'], DATABASE_URL: url.href },
      encoding: 'utf8',
    })
    assert.equal(again.status, 2)
    assert.match(again.stderr, /has \d+ tables already/)
  })

  test('no process that the scripts start has a password among its arguments', () => {
    const file = run('backup.sh', folder, withPassword(source.url, 'secret-in-user'))
    run('backup.sh', folder, `${source.url}?application_name=a&password=secret-in-query&connect_timeout=9`)
    const started = readFileSync(path.join(folder, 'arguments'), 'utf8')
    assert.match(started, /^pg_dump --dbname=postgres.*application_name=a&connect_timeout=9/m)
    assert.ok(!/secret|a%25b/.test(started), started)
    assert.ok(file.endsWith('.dump'))
  })

  test('roles.sql can be run again, and gives new passwords', async () => {
    const logins = ['service', 'page', 'analyst', 'sql'].map((name) => `${owner}_${name}`)
    // All databases of a server share its users, so the test creates separate ones.
    const text = readFileSync(path.join(INFRA, 'postgres/roles.sql'), 'utf8')
    const input = text.replaceAll(/mirrorwatch_(service|page|analyst|sql)/g, `${owner}_$1`)
    const roles = (env: Record<string, string>): { status: number | null; stderr: string } =>
      spawnSync('psql', [source.url, '-qX'], {
        env: { PATH: process.env['PATH'], ...env },
        input,
        encoding: 'utf8',
      })
    for (const password of ['first', "second'; drop"]) {
      const { status, stderr } = roles({
        WORKER_PASSWORD: password,
        WEB_PASSWORD: 'w',
        TRIAGE_PASSWORD: 't',
        READER_PASSWORD: 'r',
      })
      assert.deepEqual([status, stderr], [0, ''])
    }
    assert.notEqual(roles({}).status, 0)
    await asAdmin(source.url, `drop role ${logins.join(', ')}`)
  })
})

/** Puts wrappers of Postgres' tools into `bin`, which write down their arguments first. */
function wrapTools(folder: string): void {
  mkdirSync(path.join(folder, 'bin'))
  for (const tool of TOOLS.slice(1)) {
    const real = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim()
    const text = `#!/bin/sh\necho "${tool} $*" >>'${folder}/arguments'\nexec ${real} "$@"\n`
    writeFileSync(path.join(folder, 'bin', tool), text, { mode: 0o755 })
  }
}

function nameOf({ url }: TestDatabase): string {
  return new URL(url).pathname.slice(1)
}

function withPassword(url: string, password: string): string {
  const changed = new URL(url)
  changed.password = password
  return changed.href
}

/** Returns who may connect to a database; an empty name stands for PUBLIC. */
function connectRights(database: TestDatabase): string[] {
  const query = `select coalesce(rolname, '') from pg_database, aclexplode(datacl) as a left join pg_roles r on r.oid = a.grantee
    where datname = '${nameOf(database)}' and privilege_type = 'CONNECT' order by 1`
  return execFileSync('psql', [database.url, '-qXAtc', query], { encoding: 'utf8' }).trim().split('\n')
}
