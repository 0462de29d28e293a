# An exception that nobody in the goroutine catches.
run: crash 02/panic
exit: 2
check: lines
