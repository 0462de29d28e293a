run: shell build/dev/chapters/02-scheduler/sched_explore_tests "idle protocol: without the maker's barrier a wake-up is lost" 2>&1 | sed -n '2,/^replay/p'
env: STRATA_EXPLORE_SEED=30
check: exact
shown: STRATA_EXPLORE_SEED=30 build/dev/chapters/02-scheduler/sched_explore_tests "*without the maker's barrier*"
