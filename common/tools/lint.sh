#!/bin/sh
# make lint: the style of the tree, its layout, and a small clang-tidy profile.
#
#   lint.sh BUILD_DIR     a build folder with compile_commands.json
#
# Ends with a line `N passed, N failed`.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
passed=0
failed=0

check() {
  printf '\n[lint] %s\n' "$1"
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

sources() {
  find common chapters -name "$1" -not -path '*/build/*' | sort
}

layout() {
  { sources '*.hpp'; sources '*.cpp'; } |
    xargs clang-format --dry-run -Werror
}

# The sources of the libraries; their headers come along.
tidy() {
  sources '*.cpp' | grep -E '^(common|chapters/[^/]*)/(src|testkit/src)/' |
    grep -v catch_main | xargs -P "$(nproc)" -n 4 \
    clang-tidy -p "$build" --quiet \
    --extra-arg=-Wno-unknown-warning-option 2>/dev/null
}

check "style (lint.py)" python3 common/tools/lint.py
check "its own tests" python3 common/tools/test/lint_test.py
for tool in clang-format clang-tidy; do
  if ! command -v $tool >/dev/null; then
    echo "$tool is missing: make deps GROUP=lint"
    exit 1
  fi
done
check "layout (clang-format)" layout
check "clang-tidy (about 2 min)" tidy
printf '\n%s passed, %s failed\n' $passed $failed
[ $failed = 0 ]
