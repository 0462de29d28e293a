run: step 02/01
check: numbers
