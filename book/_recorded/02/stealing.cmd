run: step 02/03
check: numbers
