#!/bin/sh
# Restores a backup into a database that is empty, then brings it up to date with: mirrorwatch migrate
#   DATABASE_URL=postgres://OWNER@… infra/backup/restore.sh FILE
set -eu
: "${DATABASE_URL:?set DATABASE_URL}"
file=${1:?usage: restore.sh FILE}
tables=$(psql "$DATABASE_URL" -Atc "select count(*) from pg_tables where schemaname = 'public'")
if [ "$tables" != 0 ]; then
  echo "restore.sh: the database has $tables tables already; make an empty one" >&2
  exit 2
fi
for role in mirrorwatch_reader mirrorwatch_worker mirrorwatch_triage; do
  psql "$DATABASE_URL" -qc "do \$\$ begin if not exists (select from pg_roles where rolname = '$role') then create role $role nologin; end if; end \$\$"
done
# --no-owner: everything belongs to the user of DATABASE_URL. One transaction: all of it or nothing.
pg_restore --dbname="$DATABASE_URL" --no-owner --single-transaction --exit-on-error "$file"
psql "$DATABASE_URL" -qc 'analyze'
