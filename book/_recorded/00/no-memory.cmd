# No room for another stack: the system's reason stands in the report.
run: crash 02/out_of_memory
exit: 2
check: lines
