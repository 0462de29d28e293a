module strata/bench/peers/go

go 1.19
