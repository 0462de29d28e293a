run: step 01/02
check: exact
