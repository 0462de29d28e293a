run: example 02/hello
check: exact
shown: build/dev/chapters/02-scheduler/sched_example_hello
