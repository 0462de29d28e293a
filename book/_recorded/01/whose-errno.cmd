run: step 01/08
check: exact
