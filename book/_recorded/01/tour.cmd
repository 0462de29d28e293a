run: tour 01/01
check: numbers
