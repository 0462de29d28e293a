run: figure 02/yield_trace
format: json
check: shape
