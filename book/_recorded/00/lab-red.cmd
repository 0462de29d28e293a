# The first lab, over its starter.
run: shell common/tools/fresh_tree.py ./lab test 01.0
shown: ./lab test 01.0
exit: 1
check: numbers
seconds: 600
