# The shortest whole program of the two layers.
run: example 02/hello
