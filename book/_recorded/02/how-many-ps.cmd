run: step 02/12
check: numbers
