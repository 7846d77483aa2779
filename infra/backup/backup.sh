#!/bin/sh
# Backs up everything that cannot be read from the feeds again, and the rest with it, into one file.
#   DATABASE_URL=postgres://… infra/backup/backup.sh FOLDER
# The queue (schema bullmq) is left out: the next sweep fills it again.
set -eu
umask 077
: "${DATABASE_URL:?set DATABASE_URL}"
folder=${1:?usage: backup.sh FOLDER}
file="$folder/mirrorwatch-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$file.part"' EXIT
pg_dump --dbname="$DATABASE_URL" --format=custom --exclude-schema=bullmq --file="$file.part"
# A file that cannot be listed cannot be restored.
pg_restore --list "$file.part" >/dev/null
mv "$file.part" "$file"
echo "$file"
