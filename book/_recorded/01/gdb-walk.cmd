run: shell gdb -nx -batch -ex 'set debuginfod enabled off' -ex 'set filename-display basename' -ex 'set print frame-arguments none' -ex 'break stand_here' -ex 'run' -ex 'backtrace' build/dev/chapters/01-context-switch/crash/context_crash_debugger_target 2>/dev/null | grep '^#'
check: lines
shown: gdb -batch -ex 'break stand_here' -ex run -ex backtrace build/dev/chapters/01-context-switch/crash/context_crash_debugger_target
