# The compiler believes the declaration; the linker does not find the function.
run: shell c++ -std=c++20 book/front/private_symbol.cpp build/dev/chapters/02-scheduler/libstrata_sched.a -o build/dev/private_symbol 2>&1 | grep -o 'undefined reference.*'
shown: c++ -std=c++20 private_symbol.cpp libstrata_sched.a
