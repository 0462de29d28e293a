run: step 01/04
check: numbers
