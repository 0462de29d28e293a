run: step 02/04
check: exact
