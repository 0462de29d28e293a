# The second report of the first phase, in which nothing changes.
run: shell build/dev/chapters/02-scheduler/sched_step_10_sched_lines 2>&1 | awk '/^SCHED/ { ++reports } reports == 2 && !/^--/'
env: GOMAXPROCS=2 GODEBUG=schedtrace=20,scheddetail=1
check: numbers
shown: GOMAXPROCS=2 GODEBUG=schedtrace=20,scheddetail=1 make step STEP=02/10
