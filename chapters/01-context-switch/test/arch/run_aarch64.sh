#!/bin/sh
# Builds the aarch64 switch with the cross compiler and runs its tests under
# the emulator. Needs: g++-aarch64-linux-gnu, qemu-user.
# Usage: run_aarch64.sh [build folder]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
chapter=$(cd "$here/../.." && pwd)
common=$(cd "$chapter/../../common" && pwd)
compiler=${CXX_AARCH64:-aarch64-linux-gnu-g++}
emulator=${QEMU_AARCH64:-qemu-aarch64}
libraries=${SYSROOT_AARCH64:-/usr/aarch64-linux-gnu}

for tool in "$compiler" "$emulator"; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "skipped: $tool is not installed" >&2
    exit 77
  fi
done

if [ $# -gt 0 ]; then
  build=$1
  mkdir -p "$build"
else
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
fi

for optimize in -O0 -O2; do
  echo "== $compiler $optimize"
  "$compiler" -std=c++20 $optimize -Wall -Wextra -Wpedantic -Wshadow \
    -Wconversion -fno-omit-frame-pointer -fno-stack-protector \
    -DSTRATA_SWITCH_ASM=1 -DSTRATA_SWITCH_NO_FCONTEXT=1 \
    -I"$chapter/include" -I"$chapter/src" -I"$common/include" \
    "$here/switch_program.cpp" "$chapter/src/switch.cpp" \
    "$chapter/src/backend_asm.cpp" "$chapter/src/arch/aarch64/switch.S" \
    "$common/src/base/fatal.cpp" "$common/src/base/traceback.cpp" \
    -rdynamic -ldl -pthread -o "$build/switch_program$optimize"
  "$emulator" -L "$libraries" "$build/switch_program$optimize"
done
