run: crash 01/overflow_recursion
exit: 2
check: lines
