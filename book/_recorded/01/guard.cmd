run: step 01/05
check: lines
