# How many lines come, and in which phase one falls, varies.
run: shell build/dev/chapters/02-scheduler/sched_step_10_sched_lines 2>&1
env: GOMAXPROCS=2 GODEBUG=schedtrace=20
check: lines
shown: GOMAXPROCS=2 GODEBUG=schedtrace=20 make step STEP=02/10
