run: figure 02/ring_steps
format: json
check: exact
