#!/usr/bin/env bash
# Backs up everything that cannot be read from the feeds again, and the rest with it, into one file.
#   DATABASE_URL=postgres://OWNER@… infra/backup/backup.sh FOLDER
# Leaves out the queue (schema bullmq): the next sweep fills it again.
set -euo pipefail
umask 077
folder=${1:?usage: backup.sh FOLDER}
. "$(dirname "$0")/connection.sh"
file="$folder/mirrorwatch-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$file.part"' EXIT
pg_dump --dbname="$url" --format=custom --exclude-schema=bullmq --file="$file.part"
# A file that cannot be listed cannot be restored.
pg_restore --list "$file.part" >/dev/null
mv "$file.part" "$file"
echo "$file"
