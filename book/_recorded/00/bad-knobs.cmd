# Each item that is not understood gives a line, and the program goes on.
run: example 02/hello
env: GOMAXPROCS=lots GODEBUG=schedtrac=1000,schedtrace=often,scheddetail=2 GOTRACEBACK=loud
check: numbers
