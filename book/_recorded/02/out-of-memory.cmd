run: crash 02/out_of_memory
exit: 2
check: lines
