run: figure 01/switch_steps
format: json
check: exact
