run: step 02/06
check: exact
