run: shell build/dev/chapters/02-scheduler/sched_example_hello 2>&1
env: GOMAXPROCS=two
check: numbers
shown: GOMAXPROCS=two build/dev/chapters/02-scheduler/sched_example_hello
