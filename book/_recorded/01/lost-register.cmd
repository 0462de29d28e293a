run: step 01/09
check: exact
