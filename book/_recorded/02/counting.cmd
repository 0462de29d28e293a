run: step 02/09
check: exact
