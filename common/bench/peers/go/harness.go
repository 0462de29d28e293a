package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// The harness mirrors strata::bench: same flags, same sizing of rounds, same
// line of JSON, so that the driver cannot tell the peers apart.

// rowInfo says what a row measures and how its rounds are sized.
type rowInfo struct {
	what    string
	clock   string // "cpu" or "wall": what the driver compares
	step    uint64 // operations come in multiples of this
	opsMin  uint64 // no round has fewer operations
	opsOnce uint64 // when not 0: one cold round with this many
}

// elapsed is the time of one round on both clocks, in nanoseconds.
type elapsed struct{ wall, cpu int64 }

// metric is a figure besides the time.
type metric struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// loop is one round: what the body sees.
type loop struct {
	n         uint64
	isRunning bool
	begin     elapsed
	took      elapsed
	metrics   map[string]metric
}

func (l *loop) start() {
	l.isRunning = true
	l.begin.cpu = processCPU()
	l.begin.wall = wallClock()
}

func (l *loop) stop() {
	if !l.isRunning {
		return
	}
	l.took.wall = wallClock() - l.begin.wall
	l.took.cpu = processCPU() - l.begin.cpu
	l.isRunning = false
}

var epoch = time.Now()

func wallClock() int64 { return int64(time.Since(epoch)) }

// processCPU reads the processor time of all threads of this process. The
// standard library has no name for this clock.
func processCPU() int64 {
	const clockProcessCPU = 2
	var ts syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockProcessCPU,
		uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

type options struct {
	list    bool
	quick   bool
	row     string
	rounds  int
	roundMs int
}

// parseOptions reads the flags of strata::bench::Options.
func parseOptions(args []string) (options, error) {
	o := options{rounds: 30, roundMs: 10}
	for i := 0; i < len(args); i++ {
		var err error
		hasValue := i+1 < len(args)
		switch flag := args[i]; {
		case flag == "--list":
			o.list = true
		case flag == "--quick":
			o.quick = true
		case flag == "--row" && hasValue:
			i++
			o.row = args[i]
		case flag == "--rounds" && hasValue:
			i++
			o.rounds, err = strconv.Atoi(args[i])
		case flag == "--round-ms" && hasValue:
			i++
			o.roundMs, err = strconv.Atoi(args[i])
		default:
			err = fmt.Errorf("%s is not understood", flag)
		}
		if err != nil || o.rounds < 1 || o.roundMs < 1 {
			return o, fmt.Errorf("%s: flags are --list, --row NAME, "+
				"--rounds N, --round-ms T, --quick", args[i])
		}
	}
	return o, nil
}

type suite struct {
	options
	matched int
}

// row declares a row, and runs it when it was chosen.
func (s *suite) row(name string, info rowInfo, body func(l *loop)) {
	if info.step == 0 {
		info.step = 1
	}
	if s.list {
		fmt.Printf("%s\t%s\t%s\n", name, info.clock, info.what)
		return
	}
	if s.options.row != "" && s.options.row != name {
		return
	}
	s.matched++
	r := s.measure(info, body)
	printRow(name, info, r)
}

// finish returns the exit status.
func (s *suite) finish() int {
	if !s.list && s.matched == 0 {
		fmt.Fprintf(os.Stderr, "no row is called '%s'; try --list\n",
			s.options.row)
		return 2
	}
	return 0
}

// rounds holds nanoseconds per operation.
type rounds struct {
	ops       uint64
	wall, cpu []float64
	metrics   map[string]metric
}

func runOnce(body func(l *loop), n uint64) *loop {
	l := &loop{n: n, metrics: map[string]metric{}}
	l.start()
	body(l)
	l.stop()
	return l
}

func roundUp(n uint64, info rowInfo) uint64 {
	if n < info.opsMin {
		n = info.opsMin
	}
	if n < 1 {
		n = 1
	}
	return (n + info.step - 1) / info.step * info.step
}

// timeCalmly times n operations on the wall clock. A call that was descheduled
// seems to fill a round, so a long one is repeated, and the shortest counts.
func timeCalmly(body func(l *loop), n uint64, longEnough float64) float64 {
	took := 0.0
	for i := 0; i < 3; i++ {
		one := float64(runOnce(body, n).took.wall)
		if i == 0 || one < took {
			took = one
		}
		if took < longEnough {
			break
		}
	}
	if took < 1 {
		return 1
	}
	return took
}

func calibrate(body func(l *loop), info rowInfo, roundNs float64) uint64 {
	n := roundUp(1, info)
	for {
		took := timeCalmly(body, n, roundNs/2)
		factor := roundNs / took
		if factor > 10 {
			factor = 10
		}
		next := roundUp(uint64(float64(n)*factor), info)
		if took >= roundNs/2 || next <= n {
			return next
		}
		n = next
	}
}

func (r *rounds) record(body func(l *loop)) {
	l := runOnce(body, r.ops)
	r.wall = append(r.wall, float64(l.took.wall)/float64(r.ops))
	r.cpu = append(r.cpu, float64(l.took.cpu)/float64(r.ops))
	r.metrics = l.metrics
}

func (s *suite) measure(info rowInfo, body func(l *loop)) *rounds {
	r := &rounds{}
	if info.opsOnce != 0 {
		r.ops = info.opsOnce
		if s.quick {
			r.ops = r.ops/100 + 1
		}
		r.record(body)
		return r
	}
	kept := s.options.rounds
	if s.quick {
		kept = 1
		r.ops = roundUp(1, info)
	} else {
		runOnce(body, roundUp(1, info))
		r.ops = calibrate(body, info, float64(s.roundMs)*1e6)
	}
	r.wall = make([]float64, 0, kept)
	r.cpu = make([]float64, 0, kept)
	runOnce(body, r.ops)
	runtime.GC() // What set-up left behind is not the rounds' to collect.
	for i := 0; i < kept; i++ {
		r.record(body)
	}
	return r
}

func quantile(sorted []float64, q float64) float64 {
	place := q * float64(len(sorted)-1)
	below := int(place)
	above := below + 1
	if above == len(sorted) {
		above = below
	}
	return sorted[below] + (place-float64(below))*(sorted[above]-sorted[below])
}

func summarize(sample []float64) map[string]float64 {
	sort.Float64s(sample)
	return map[string]float64{
		"min": quantile(sample, 0), "median": quantile(sample, 0.5),
		"p10": quantile(sample, 0.1), "p90": quantile(sample, 0.9),
	}
}

func printRow(name string, info rowInfo, r *rounds) {
	line, err := json.Marshal(map[string]interface{}{
		"row": name, "subject": "Go",
		"version":  strings.TrimPrefix(runtime.Version(), "go"),
		"compiler": runtime.Compiler, "unit": "ns", "clock": info.clock,
		"ops": r.ops, "rounds": len(r.wall), "cpu": summarize(r.cpu),
		"wall": summarize(r.wall), "metrics": r.metrics, "what": info.what,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}
