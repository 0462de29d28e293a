run: step 01/01
check: exact
