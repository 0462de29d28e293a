run: step 01/00
check: numbers
