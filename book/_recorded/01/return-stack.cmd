run: figure 01/return_stack
format: json
check: exact
