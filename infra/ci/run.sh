#!/usr/bin/env bash
# Installs mirrorwatch, checks names, verifies hashes: the step of the GitHub Action (action.yml), which passes its inputs as
# MW_… variables. Exit code 1: something was found; 2: it could not be done.
set -uo pipefail

install() {
  local package=$MW_VERSION prefix
  [ -e "$package" ] || package="mirrorwatch@$package"
  prefix=${RUNNER_TEMP:-$(mktemp -d)}/mirrorwatch
  # Without optional parts and without install scripts. The folder is not the project's, whose .npmrc must not matter.
  npm install --prefix "$prefix" --omit=optional --ignore-scripts --no-audit --no-fund --silent "$(absolute "$package")" || exit 2
  mirrorwatch="$prefix/node_modules/.bin/mirrorwatch"
}

absolute() { if [ -e "$1" ]; then realpath "$1"; else printf '%s' "$1"; fi; }

# Text that strangers chose must not read as a command of the runner: https://docs.github.com/actions, "workflow commands".
shielded() {
  local token
  token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  echo "::stop-commands::$token"
  "$@"
  local status=$?
  echo "::$token::"
  return $status
}

status=0
remember() { [ "$1" -le "$status" ] || status=$1; }

# The project's own database is none of ours.
unset DATABASE_URL DATABASE_URL_FILE REDIS_URL REDIS_URL_FILE

install
read -ra check <<<"${MW_CHECK:-}"
read -ra verify <<<"${MW_VERIFY:-}"

if [ ${#check[@]} -gt 0 ]; then
  shielded "$mirrorwatch" check -- "${check[@]}"
  result=$?
  remember $result
  # Annotations are commands by purpose; their texts are escaped. Files are named from the folder where the step runs.
  [ $result -ne 1 ] || "$mirrorwatch" check --format github -- "${check[@]}" 2>/dev/null
  if [ -n "${MW_SARIF:-}" ]; then
    "$mirrorwatch" check --format sarif -- "${check[@]}" >"$MW_SARIF" 2>/dev/null
    [ -z "${GITHUB_OUTPUT:-}" ] || echo "sarif=${MW_FOLDER:-.}/$MW_SARIF" >>"$GITHUB_OUTPUT"
  fi
fi

if [ ${#verify[@]} -gt 0 ]; then
  extra=(--no-repository)
  [ "${MW_REPOSITORY:-}" != true ] || extra=()
  shielded "$mirrorwatch" verify "${extra[@]}" -- "${verify[@]}"
  result=$?
  remember $result
  [ $result -ne 1 ] || echo '::error title=mirrorwatch::A hash is not that of the checksum database, or a repository shows other code. The log of this step says which.'
fi

[ "${MW_FAIL:-true}" = true ] || { [ $status -ne 1 ] || status=0; }
exit $status
