#!/bin/sh
# make start: from a bare machine to a running tour and an open book.
#
# The tour needs only the libraries, so it is built and shown first; the book
# and the tests follow. Nothing here is needed later: every step is a verb of
# the Makefile. A book that cannot be built does not stop the rest.
set -u
cd "$(dirname "$0")/../.." || exit 1
stage() { printf '\n\033[1m[%s] %s\033[0m\n' "$1" "$2"; }

stage 1/5 "packages (two minutes when they are missing)"
if ! common/tools/packages.sh install build book; then
  for tool in cmake ninja g++ python3; do
    command -v "$tool" >/dev/null || tools_missing="${tools_missing-} $tool"
  done
  if [ -n "${tools_missing-}" ]; then
    echo "Cannot go on without:$tools_missing"
    exit 1
  fi
  echo "The tools are there, so we go on."
fi

stage 2/5 "building the layers and the tour (about 40 s)"
${MAKE:-make} --no-print-directory build TARGET=tour || exit 1

stage 3/5 "the tour"
${MAKE:-make} --no-print-directory tour || exit 1

stage 4/5 "the book (about 40 s)"
if ${MAKE:-make} --no-print-directory book &&
   book=$(python3 common/tools/serve.py --background --port "${PORT:-8000}")
then :
elif [ -e build/book/html/index.html ]; then
  book="the book: file://$PWD/build/book/html/index.html"
else
  book="The book was not built; make doctor says what it needs."
fi
echo "$book"

stage 5/5 "building the tests (about 90 s)"
${MAKE:-make} --no-print-directory build || exit 1

cat <<END

Strata is built. What next?
  $book
  make test           run all tests
  make tour CH=02     see one chapter's programs again
  make serve          serve the book, rebuild it when you change a source
  make stop           end the server that was started here
  make                all verbs, one line each
END
