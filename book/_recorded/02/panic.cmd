run: crash 02/panic
exit: 2
check: numbers
