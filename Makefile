# The verbs of Strata. Each is a thin call of a CMake preset, ctest or a tool
# in common/tools; `make` alone lists them.
.DEFAULT_GOAL := help
PRESET ?= dev
JOBS   ?= $(shell nproc)
GROUP  ?= build
TARGET ?= all
BOOK_OUT ?= build/book
STRICT ?= -W
export STRICT
tools  := common/tools
run    := python3 $(tools)/run_tests.py --jobs $(JOBS)
labkit := PYTHONPATH=common python3 -m labkit
ch     := $(if $(CH),--chapter $(CH))
recorded_from := $(if $(BUILD),,build/dev/build.ninja)
# ThreadSanitizer cannot live with all address layouts; without randomization
# every one suits it.
fixed_layout := $(shell setarch -R true 2>/dev/null && echo setarch -R)

.PHONY: help
help: ## show the verbs
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' \
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

.PHONY: step
step: build/$(PRESET)/build.ninja ## run one step of a chapter; STEP=01/02
	@python3 $(tools)/step.py --build build/$(PRESET) $(STEP)

.PHONY: record
record: $(recorded_from) ## record what the book shows; REC=01/name, BUILD=dir
	@python3 $(tools)/record.py $(if $(BUILD),--build $(BUILD)) $(REC)

.PHONY: check-recorded
check-recorded: $(recorded_from) ## run it again and compare; REC=, BUILD=
	@python3 $(tools)/record.py --check $(if $(BUILD),--build $(BUILD)) $(REC)

.PHONY: kill-table
kill-table: build ## which tests notice small wrong versions; CH=01
	@python3 $(tools)/kill_table.py build/$(PRESET) $(or $(CH),01)

.PHONY: starters
starters: ## write the labs' starters out of the reference sources
	@$(labkit).starter

.PHONY: labs-check
labs-check: ## solutions green, starters red; LAB=02.1 for one
	@$(labkit).check $(LAB)

.PHONY: zoo
zoo: ## which tests kill which wrong solution; CH=02, ZOO_FLAGS=--quick
	@$(labkit).zoo $(if $(CH),--chapter $(CH)) $(ZOO_FLAGS)

.PHONY: mutants
mutants: ## how many small mistakes in the slots the tests notice; CH=02
	@PYTHONPATH=common $(fixed_layout) python3 -m labkit.mutate \
	  $(if $(CH),--chapter $(CH))

.PHONY: handout
handout: ## make a course's tree; UPTO=2, OUT=dir, BARE=1 without objects
	@$(labkit).handout $(or $(UPTO),2) $(OUT) $(if $(BARE),--bare)

.PHONY: autograder
autograder: ## pack a grader; LAB=02.1, OUT=file.zip
	@$(labkit).autograder pack $(LAB) $(OUT)

.PHONY: bars
bars: ## measure the chapters' text against the book's bars; CH=01
	@python3 $(tools)/book_bars.py $(CH)

.PHONY: book
book: ## build the book's pages; BOOK_OUT=build/book
	@$(tools)/book.sh html $(BOOK_OUT)
	@echo "the book: file://$(abspath $(BOOK_OUT))/html/index.html"

.PHONY: serve
serve: book ## serve the book and rebuild it at each change; PORT=8000
	@python3 $(tools)/serve.py --port $(or $(PORT),8000) $(BOOK_OUT)

.PHONY: stop
stop: ## end the server that make start left running
	@python3 $(tools)/serve.py --stop $(BOOK_OUT)

.PHONY: coverage
coverage: ## where each item of the source documents is; ITEM=C2 for some
	@python3 $(tools)/coverage.py $(ITEM)

.PHONY: check-book
check-book: book ## check links, HTML, access, weight, words of the pages
	@python3 $(tools)/check_site.py $(if $(ONLY),--only "$(ONLY)") $(BOOK_OUT)

.PHONY: pdf
pdf: ## print the book into one PDF
	@$(tools)/pdf.sh $(BOOK_OUT)

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
explore: build ## search schedules; CH=02, NAME=part, SEED=7 to replay one
	@$(if $(SEED),STRATA_EXPLORE_SEED=$(SEED)) $(run) --preset $(PRESET) \
	  $(ch) --kind explore $(if $(NAME),--name '$(NAME)')

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
