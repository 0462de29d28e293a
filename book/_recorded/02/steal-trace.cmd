run: figure 02/steal_trace
format: json
check: shape
