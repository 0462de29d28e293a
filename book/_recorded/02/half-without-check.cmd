run: shell build/dev/chapters/02-scheduler/sched_explore_tests "run_queue: a half taken without a check is found out" 2>&1 | sed -n '/^check failed/,/^  after/p;/^step/p;/^ *3[3-9] /p;/^replay/p'
env: STRATA_EXPLORE_SEED=0
check: exact
shown: STRATA_EXPLORE_SEED=0 build/dev/chapters/02-scheduler/sched_explore_tests "*a half taken without a check*"
