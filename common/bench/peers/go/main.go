// Command peer_go runs the rows of Strata's benchmarks on Go.
//
// It takes the flags of strata::bench and prints the same lines. Every row
// does the work that strata/bench/workloads.hpp gives the row of that name.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

func main() {
	o, err := parseOptions(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	s := &suite{options: o}
	for _, procs := range []int{1, 2} {
		yieldRows(s, procs)
		spawnRows(s, procs)
	}
	waitRows(s)
	aliveRow(s)
	os.Exit(s.finish())
}

// clockFor returns the clock to compare: processor time where one P does all
// the work, wall time where several wait for each other.
func clockFor(procs int) string {
	if procs == 1 {
		return "cpu"
	}
	return "wall"
}

// onProcs makes a body that runs with that many Ps.
func onProcs(procs int, body func(l *loop)) func(l *loop) {
	return func(l *loop) {
		if runtime.GOMAXPROCS(0) != procs {
			runtime.GOMAXPROCS(procs)
		}
		l.start()
		body(l)
	}
}

func yieldRows(s *suite, procs int) {
	for _, k := range []uint64{1, 2, 8, 100, 1000, 10000} {
		k, opsMin := k, 50*k
		if opsMin < 10000 {
			opsMin = 10000
		}
		s.row(fmt.Sprintf("yield.%dg.p%d", k, procs), rowInfo{
			what:  "one yield, with so many goroutines taking turns",
			clock: clockFor(procs), step: k, opsMin: opsMin,
		}, onProcs(procs, func(l *loop) { takeTurns(l, k) }))
	}
}

// takeTurns lets k goroutines, the caller among them, yield until l.n yields
// are done. Only the time in which all of them run counts.
func takeTurns(l *loop, k uint64) {
	var started, done, isOpen uint64
	each := l.n / k
	for g := uint64(1); g < k; g++ {
		go func() {
			atomic.AddUint64(&started, 1)
			for atomic.LoadUint64(&isOpen) == 0 {
				runtime.Gosched()
			}
			for i := uint64(0); i < each; i++ {
				runtime.Gosched()
			}
			atomic.AddUint64(&done, 1)
		}()
	}
	yieldUntil(&started, k-1)
	l.start() // Before the gate opens: another P may pass it at once.
	atomic.StoreUint64(&isOpen, 1)
	for i := uint64(0); i < each; i++ {
		runtime.Gosched()
	}
	yieldUntil(&done, k-1)
	l.stop()
}

func yieldUntil(counter *uint64, value uint64) {
	for atomic.LoadUint64(counter) != value {
		runtime.Gosched()
	}
}

func spawnRows(s *suite, procs int) {
	s.row(fmt.Sprintf("spawn.one.p%d", procs), rowInfo{
		what:  "start one goroutine and yield until it has run",
		clock: clockFor(procs),
	}, onProcs(procs, func(l *loop) { spawn(l.n, 1) }))
	s.row(fmt.Sprintf("spawn.batch1000.p%d", procs), rowInfo{
		what:  "start 1000 goroutines and yield until all have run; each",
		clock: clockFor(procs), step: 1000,
	}, onProcs(procs, func(l *loop) { spawn(l.n, 1000) }))
}

// waitRows join with a WaitGroup, which parks the starter: what a Go program
// would do. Strata's rows of these names come with the layer that parks.
func waitRows(s *suite) {
	s.row("spawn.one.wait.p1", rowInfo{
		what:  "start one goroutine and wait for it, parked",
		clock: "cpu",
	}, onProcs(1, func(l *loop) { spawnAndWait(l.n, 1) }))
	s.row("spawn.batch1000.wait.p1", rowInfo{
		what:  "start 1000 goroutines and wait for all, parked; each",
		clock: "cpu", step: 1000,
	}, onProcs(1, func(l *loop) { spawnAndWait(l.n, 1000) }))
}

func spawnAndWait(n, batch uint64) {
	var ran sync.WaitGroup
	for ; n > 0; n -= batch {
		ran.Add(int(batch))
		for i := uint64(0); i < batch; i++ {
			go ran.Done()
		}
		ran.Wait()
	}
}

// spawn starts n goroutines in batches and waits for each batch.
func spawn(n, batch uint64) {
	var ran uint64
	for expected := batch; expected <= n; expected += batch {
		for i := uint64(0); i < batch; i++ {
			go func() { atomic.AddUint64(&ran, 1) }()
		}
		yieldUntil(&ran, expected)
	}
}

// aliveRow keeps a million goroutines alive at once. They wait on a channel:
// Go preempts the starter every 10 ms, and goroutines that yield in a loop
// meanwhile would be charged to the start of the others.
func aliveRow(s *suite) {
	s.row("alive.1e6.p1", rowInfo{
		what: "start a goroutine that runs and then waits, " +
			"with a million alive; memory is per goroutine",
		clock: "cpu", opsOnce: 1000000,
	}, onProcs(1, func(l *loop) {
		before := memoryUse()
		gate := make(chan struct{})
		var started, done uint64
		l.start()
		for i := uint64(0); i < l.n; i++ {
			go func() {
				atomic.AddUint64(&started, 1)
				<-gate
				atomic.AddUint64(&done, 1)
			}()
		}
		yieldUntil(&started, l.n)
		l.stop()
		after := memoryUse()
		n := float64(l.n)
		l.metrics["memory"] = metric{(after.resident - before.resident) / n, "B"}
		l.metrics["page_tables"] = metric{
			(after.pageTables - before.pageTables) / n, "B"}
		l.metrics["mappings"] = metric{
			after.mappings - before.mappings, "mappings"}
		close(gate)
		yieldUntil(&done, l.n)
	}))
}

// memory is what the process holds at one moment, in bytes.
type memory struct{ resident, pageTables, mappings float64 }

func memoryUse() memory {
	var m memory
	eachLine("/proc/self/status", func(line string) {
		if fields := strings.Fields(line); len(fields) == 3 {
			kilobytes, _ := strconv.ParseFloat(fields[1], 64)
			switch fields[0] {
			case "VmRSS:":
				m.resident = kilobytes * 1024
			case "VmPTE:":
				m.pageTables = kilobytes * 1024
			}
		}
	})
	eachLine("/proc/self/maps", func(string) { m.mappings++ })
	return m
}

func eachLine(path string, use func(line string)) {
	file, err := os.Open(path)
	if err != nil {
		return
	}
	defer file.Close()
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		use(scanner.Text())
	}
}
