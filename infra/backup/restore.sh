#!/usr/bin/env bash
# Restores a backup into an empty database, as its owner. Then bring it up to date with: mirrorwatch migrate
#   DATABASE_URL=postgres://OWNER@… infra/backup/restore.sh FILE
# The owner may be another than the backup's. Afterwards only the owner and mirrorwatch's roles can connect.
set -euo pipefail
file=${1:?usage: restore.sh FILE}
. "$(dirname "$0")/connection.sh"
ask() { psql --dbname="$url" --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

tables=$(ask --command="select count(*) from pg_tables where schemaname = 'public'")
if [ "$tables" != 0 ]; then
  echo "restore.sh: the database has $tables tables already; make an empty one" >&2
  exit 2
fi
entries=$(mktemp)
trap 'rm -f "$entries"' EXIT
# Default privileges in the backup name its owner, so they are left out here and granted to the new owner later.
pg_restore --list "$file" | grep -v ' DEFAULT ACL ' >"$entries"

# One transaction: all of it or nothing.
{
  cat <<'SQL'
select format('create role %I nologin', name)
from (values ('mirrorwatch_worker'), ('mirrorwatch_triage'), ('mirrorwatch_reader'), ('mirrorwatch_web')) as r (name)
where not exists (select from pg_roles where rolname = name) \gexec
SQL
  pg_restore --no-owner --use-list="$entries" --file=- "$file"
  pg_restore --list "$file" | grep ' DEFAULT ACL ' >"$entries" || true
  pg_restore --use-list="$entries" --file=- "$file" | sed -n 's/^ALTER DEFAULT PRIVILEGES FOR ROLE .* IN SCHEMA/ALTER DEFAULT PRIVILEGES IN SCHEMA/p'
  cat <<'SQL'
select format('revoke connect, temporary on database %I from public', current_database()) \gexec
select format('grant connect on database %I to mirrorwatch_worker, mirrorwatch_triage, mirrorwatch_reader, mirrorwatch_web', current_database()) \gexec
SQL
} | ask --single-transaction --output=/dev/null
# Only our tables: of the catalogue, "analyze" would warn about what the owner may not read.
ask <<'SQL'
select format('analyze %I.%I', schemaname, tablename) from pg_tables where schemaname = 'public' \gexec
SQL
