run: step 02/00
check: exact
