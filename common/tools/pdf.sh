#!/bin/sh
# Prints the book into OUT/strata.pdf. Usage: pdf.sh OUT
#
# All chapters go on one page first, which the browser then prints: the print
# rules of the style sheet are thus the only description of the PDF. LaTeX
# would be a second one, and a far larger installation.
set -eu
cd "$(dirname "$0")/../.."
browser=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$browser" ]; then
  echo "make pdf needs chromium: make deps GROUP=site" >&2
  exit 1
fi
common/tools/book.sh singlehtml "$1"
out=$(cd "$1" && pwd)
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
sandbox=
[ "$(id -u)" != 0 ] || sandbox=--no-sandbox # Chromium has none for root
"$browser" --headless $sandbox --disable-gpu --no-first-run \
  --disable-background-networking --disable-component-update --disable-sync \
  --user-data-dir="$profile" --virtual-time-budget=20000 \
  --no-pdf-header-footer --print-to-pdf="$out/strata.pdf" \
  "file://$out/singlehtml/index.html" 2>"$out/pdf.log" || {
  cat "$out/pdf.log" >&2
  exit 1
}
echo "the book: $out/strata.pdf"
