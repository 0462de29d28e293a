# Wrong versions of the layer, and the tests that notice them.
run: shell : build/dev/chapters/02-scheduler/sched_tests build/dev/chapters/02-scheduler/sched_explore_tests; python3 common/tools/kill_table.py build/dev/ 02
check: numbers
shown: make kill-table CH=02
seconds: 300
