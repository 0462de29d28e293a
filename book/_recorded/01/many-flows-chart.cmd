# Drawn from many-flows.out, so the figure is as true as the record.
run: shell python3 book/chapters/01-context-switch/figures/chart.py colors book/_recorded/01/many-flows.out
check: exact
