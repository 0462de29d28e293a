# The call inside swapcontext; the number in eax is rt_sigprocmask's.
run: shell gdb -nx -batch -ex 'disassemble swapcontext' /lib/x86_64-linux-gnu/libc.so.6 | grep -B 1 syscall
check: lines
shown: gdb -batch -ex 'disassemble swapcontext' /lib/x86_64-linux-gnu/libc.so.6 | grep -B 1 syscall
