# The tests that name an invariant of this layer.
run: shell build/dev/chapters/01-context-switch/context_tests --list-tests '*I-01*' | grep -o 'I-01.[0-9]*' | sort -t. -k2 -n | uniq -c
check: lines
shown: context_tests --list-tests '*I-01*' | grep -o 'I-01.[0-9]*' | sort | uniq -c
