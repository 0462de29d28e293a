run: step 01/06
check: numbers
