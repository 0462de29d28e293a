run: step 02/13
check: exact
