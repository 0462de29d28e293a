run: step 02/07
check: numbers
