#!/bin/sh
# make start: from a bare machine to a running tour.
#
# The tour needs only the libraries, so it is built and shown first; the tests
# follow. Nothing here is needed later: every step is a verb of the Makefile.
set -u
cd "$(dirname "$0")/../.." || exit 1
stage() { printf '\n\033[1m[%s] %s\033[0m\n' "$1" "$2"; }

stage 1/4 "packages (a minute when they are missing)"
if ! common/tools/packages.sh install build; then
  for tool in cmake ninja g++ python3; do
    command -v "$tool" >/dev/null || tools_missing="${tools_missing-} $tool"
  done
  if [ -n "${tools_missing-}" ]; then
    echo "Cannot go on without:$tools_missing"
    exit 1
  fi
  echo "The tools are there, so we go on."
fi

stage 2/4 "building the layers and the tour (about 40 s)"
${MAKE:-make} --no-print-directory build TARGET=tour || exit 1

stage 3/4 "the tour"
${MAKE:-make} --no-print-directory tour || exit 1

stage 4/4 "building the tests (about 90 s)"
${MAKE:-make} --no-print-directory build || exit 1

cat <<'END'

Strata is built. What next?
  make test           run all tests
  make tour CH=02     see one chapter's programs again
  make                all verbs, one line each
Read ARCHITECTURE.md for the map, then chapters/01-context-switch/README.md.
END
