run: figure 01/million
check: numbers
