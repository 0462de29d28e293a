# The verbs of Strata. Each is a thin call of a CMake preset, ctest or a tool
# in common/tools; `make` alone lists them.
.DEFAULT_GOAL := help
PRESET ?= dev
JOBS   ?= $(shell nproc)
GROUP  ?= build
TARGET ?= all
tools  := common/tools
run    := python3 $(tools)/run_tests.py --jobs $(JOBS)
ch     := $(if $(CH),--chapter $(CH))
# ThreadSanitizer cannot live with all address layouts; without randomization
# every one suits it.
fixed_layout := $(shell setarch -R true 2>/dev/null && echo setarch -R)

.PHONY: help
help: ## show the verbs
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' \
	  $(MAKEFILE_LIST)

.PHONY: start
start: ## from a bare machine to a running tour: packages, build, tour
	@MAKE='$(MAKE)' $(tools)/start.sh

.PHONY: deps
deps: ## install packages; GROUP=build, test, lint, bench, cross or all
	@$(tools)/packages.sh install $(GROUP)

.PHONY: doctor
doctor: ## say which tool is missing and the line that installs it
	@python3 $(tools)/doctor.py

.PHONY: build
build: build/$(PRESET)/build.ninja ## build everything; PRESET=dev
	@cmake --build --preset $(PRESET) -j $(JOBS) --target $(TARGET)

build/%/build.ninja:
	@cmake --preset $* --log-level=WARNING $(CMAKE_FLAGS)

.PHONY: test
test: build ## run the tests; CH=02 for one chapter, PRESET=dev
	@$(run) --preset $(PRESET) $(ch) --skip '\.stress$$'

.PHONY: tour
tour: ## run the tour programs; CH=01 for one chapter
	@$(MAKE) --no-print-directory build TARGET=tour
	@python3 $(tools)/tour.py build/$(PRESET) $(CH)

.PHONY: bench
bench: ## measure Strata beside Go and Boost.Fiber, as ratios
	@$(MAKE) --no-print-directory build PRESET=release
	@python3 $(tools)/bench.py $(BENCH_FLAGS)

.PHONY: checked
checked: ## run the tests with costly asserts and small capacities
	@$(MAKE) --no-print-directory test PRESET=checked

.PHONY: asan
asan: ## run the tests under AddressSanitizer
	@$(MAKE) --no-print-directory test PRESET=asan

.PHONY: tsan
tsan: ## run the tests under ThreadSanitizer
	@$(fixed_layout) $(MAKE) --no-print-directory test PRESET=tsan

.PHONY: stress
stress: build ## run the stress tests; CH=02, SEED=7, REPEAT=20
	@$(if $(SEED),STRATA_SEED=$(SEED)) $(run) --preset $(PRESET) $(ch) \
	  --kind stress $(if $(REPEAT),--repeat $(REPEAT))

.PHONY: explore
explore: build ## run the schedule explorations; CH=02, SEED=7 to replay
	@$(if $(SEED),STRATA_EXPLORE_SEED=$(SEED)) $(run) --preset $(PRESET) \
	  $(ch) --kind explore

.PHONY: cross
cross: ## build chapter 1's switch for aarch64 and test it under qemu
	@chapters/01-context-switch/test/arch/run_aarch64.sh build/aarch64

.PHONY: format
format: ## let clang-format lay out all C++ sources
	@git ls-files -co --exclude-standard '*.hpp' '*.cpp' \
	  | xargs clang-format -i

.PHONY: lint
lint: build ## check style, layout and a few clang-tidy rules
	@$(tools)/lint.sh build/$(PRESET)

.PHONY: install
install: ## install the library; PREFIX=/usr/local
	@$(MAKE) --no-print-directory build PRESET=release
	@cmake --install build/release --prefix $(or $(PREFIX),/usr/local)

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf build
