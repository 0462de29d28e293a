run: shell gdb -nx -batch -ex 'set debuginfod enabled off' -ex 'set filename-display basename' -ex 'run wrong' -ex 'x/i $pc' -ex 'print (long)$sp % 16' -ex 'backtrace 2' build/dev/chapters/01-context-switch/context_step_10_off_by_eight 2>/dev/null | grep -v -e libthread -e '^$' -e '^\[Inferior'
check: lines
shown: gdb -batch -ex 'run wrong' -ex 'x/i $pc' -ex 'print (long)$sp % 16' -ex 'backtrace 2' build/dev/chapters/01-context-switch/context_step_10_off_by_eight
