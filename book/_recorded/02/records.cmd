run: step 02/08
check: exact
