# Drawn from return-predictor.out, so the figure is as true as the record.
run: shell python3 book/chapters/01-context-switch/figures/chart.py predictor book/_recorded/01/return-predictor.out
check: exact
