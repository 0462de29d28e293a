# All verbs of the lab command.
run: shell common/tools/fresh_tree.py ./lab --help
shown: ./lab --help
