run: tour 02/03
check: exact
