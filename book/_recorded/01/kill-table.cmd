# Wrong versions of the layer, and the tests that notice them.
run: shell : build/dev/chapters/01-context-switch/context_tests; python3 common/tools/kill_table.py build/dev/ 01
check: numbers
shown: make kill-table CH=01
seconds: 300
