run: step 01/03
check: exact
