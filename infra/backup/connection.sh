# Sourced by backup.sh and restore.sh. Sets `url` from DATABASE_URL (or the file that DATABASE_URL_FILE names) without its
# password, which goes into PGPASSWORD: every user of the machine can read the arguments of a process.

decode() { # VARIABLE TEXT: percent-decodes TEXT
  local text=${2//\\/\\\\}
  printf -v "$1" '%b' "${text//%/\\x}"
}

if [ -n "${DATABASE_URL_FILE:-}" ]; then DATABASE_URL=$(cat "$DATABASE_URL_FILE"); fi
url=${DATABASE_URL:?set DATABASE_URL or DATABASE_URL_FILE}
# A shell exports what it was given: without this, the environment of every command would hold the URL a second time.
unset DATABASE_URL
if [[ $url =~ ^(postgres(ql)?://[^:/@]*):([^/@]*)@(.*)$ ]]; then
  url="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
  decode PGPASSWORD "${BASH_REMATCH[3]}"
fi
if [[ $url =~ ^([^?]*)\?(.*\&)?password=([^\&]*)(.*)$ ]]; then
  url="${BASH_REMATCH[1]}?${BASH_REMATCH[2]}${BASH_REMATCH[4]#&}"
  decode PGPASSWORD "${BASH_REMATCH[3]}"
fi
if [ -n "${PGPASSWORD:-}" ]; then export PGPASSWORD; fi
