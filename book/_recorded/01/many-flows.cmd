run: figure 01/many_flows
check: numbers
