run: step 02/02
check: numbers
