# Where a reader begins; in a copy of the tree that nobody has touched.
run: shell common/tools/fresh_tree.py ./lab
shown: ./lab
check: numbers
