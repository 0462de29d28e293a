#!/bin/sh
# Builds the book. Usage: book.sh html|singlehtml|spelling OUT
#
# STRICT= (empty) lets warnings pass, which is for drafts only.
set -eu
cd "$(dirname "$0")/../.."
python=/usr/bin/python3 # Debian's, which has Debian's Sphinx
if ! "$python" -c 'import sphinx, breathe, furo, myst_parser' 2>/dev/null; then
  echo "make book needs Sphinx, Breathe, furo and MyST: make deps GROUP=book" >&2
  exit 1
fi
mkdir -p "$2"
exec "$python" -m sphinx -q ${STRICT--W} --keep-going -b "$1" \
  -d "$2/doctrees" book "$2/$1"
