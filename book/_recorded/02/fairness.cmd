run: step 02/05
check: exact
