# The tests that name an invariant of this layer, in all its test programs.
run: shell for program in build/dev/chapters/02-scheduler/sched_tests build/dev/chapters/02-scheduler/sched_explore_tests build/dev/chapters/02-scheduler/sched_stress; do $program --list-test-names-only '*I-02*'; done | grep -o 'I-02.[0-9]*' | sort -t. -k2 -n | uniq -c
check: lines
shown: for p in tests explore_tests stress; do sched_$p --list-test-names-only '*I-02*'; done | grep -o 'I-02.[0-9]*' | sort | uniq -c
