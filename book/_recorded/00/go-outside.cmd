# A program's mistake ends it in one line and a stack.
run: crash 02/misuse go_outside
exit: 2
check: lines
