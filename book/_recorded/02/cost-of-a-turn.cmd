run: step 02/11
check: numbers
