run: crash 01/uncaught_exception
exit: 2
check: lines
