run: step 01/07
check: exact
