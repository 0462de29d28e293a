# How Boost's switch ends: the last lines of its disassembly.
run: shell gdb -nx -batch -ex 'disassemble jump_fcontext' build/dev/chapters/01-context-switch/context_step_04_return_predictor | grep -v dump | tail -8 | cut -f 1,2- | sed 's/^ *0x[0-9a-f]* //'
check: lines
shown: gdb -batch -ex 'disassemble jump_fcontext' build/dev/chapters/01-context-switch/context_step_04_return_predictor
