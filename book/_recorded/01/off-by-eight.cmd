run: step 01/10
check: exact
