#!/bin/sh
# Builds the aarch64 switch with the cross compiler and runs its tests under
# the emulator. Needs: g++-aarch64-linux-gnu, qemu-user.
# Usage: run_aarch64.sh [build folder [file...]]
# A file named jump.S or entry.S takes the place of the layer's own:
#   run_aarch64.sh build/aarch64 exercises/01-context-switch/mine/arch/aarch64/jump.S
set -eu

here=$(cd "$(dirname "$0")" && pwd)
chapter=$(cd "$here/../.." && pwd)
common=$(cd "$chapter/../../common" && pwd)
compiler=${CXX_AARCH64:-aarch64-linux-gnu-g++}
emulator=${QEMU_AARCH64:-qemu-aarch64}
libraries=${SYSROOT_AARCH64:-/usr/aarch64-linux-gnu}
jump=$chapter/src/arch/aarch64/jump.S
entry=$chapter/src/arch/aarch64/entry.S

for tool in "$compiler" "$emulator"; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "skipped: $tool is not installed" >&2
    exit 77
  fi
done

if [ $# -gt 0 ]; then
  build=$1
  mkdir -p "$build"
  shift
else
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
fi
for file; do
  case ${file##*/} in
    jump.S) jump=$file ;;
    entry.S) entry=$file ;;
    *) echo "$file: expected a file named jump.S or entry.S" >&2; exit 2 ;;
  esac
done
for file in "$jump" "$entry"; do
  if [ ! -f "$file" ]; then
    echo "$file: there is no such file" >&2
    exit 2
  fi
done

for optimize in -O0 -O2; do
  echo "== $compiler $optimize"
  "$compiler" -std=c++20 $optimize -Wall -Wextra -Wpedantic -Wshadow \
    -Wconversion -fno-omit-frame-pointer -fno-stack-protector \
    -DSTRATA_SWITCH_ASM=1 -DSTRATA_SWITCH_NO_FCONTEXT=1 \
    -I"$chapter/include" -I"$chapter/src" -I"$common/include" \
    "$here/switch_program.cpp" "$chapter/src/switch.cpp" \
    "$chapter/src/backend_asm.cpp" "$jump" "$entry" \
    "$common/src/base/fatal.cpp" "$common/src/base/traceback.cpp" \
    -rdynamic -ldl -pthread -o "$build/switch_program$optimize"
  "$emulator" -L "$libraries" "$build/switch_program$optimize"
done
