# The front door. Each target installs what it needs (packages.txt, tools/setup.sh), says what it does and calls the
# CMake presets or the scripts in tools/, which can be used alone just as well.
MAKEFLAGS += --no-print-directory
FUZZ_SECONDS ?= 600
SOAK_SECONDS ?= 600
CPP_FOLDERS := src tests fuzz bench

.DEFAULT_GOAL := help
.PHONY: help demo build test fuzz soak format tidy coverage clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: build ## Build, then run a server to play with on this machine alone; prints its address
	@exec build/release/bin/parley demo

build: ## Build the release binary, build/release/bin/parley
	@echo "==> build: release binary with the web page inside"
	@tools/setup.sh build
	@tools/configure.sh release
	@cmake --build --preset release

test: ## Run every test under sanitizers; the last line counts them (ARGS='--only unit,web' for some)
	@tools/setup.sh build test
	@tools/test.py $(ARGS)

fuzz: ## Run each fuzz target for FUZZ_SECONDS (600)
	@echo "==> fuzz: every target for $(FUZZ_SECONDS) s"
	@tools/setup.sh build test
	@tools/configure.sh fuzz
	@cmake --build --preset fuzz
	@tools/fuzz.sh $(FUZZ_SECONDS)

soak: build ## Prove for SOAK_SECONDS (600) that faults lose nothing, then that planted ones are found
	@tools/setup.sh build test
	@build/release/bin/parley verify --plan long --duration $(SOAK_SECONDS)s
	@node tests/soak/planted.mjs

format: ## Format C++ and web sources in place
	@echo "==> format: clang-format and prettier"
	@tools/setup.sh build test
	@find $(wildcard $(CPP_FOLDERS)) -name '*.h' -o -name '*.cc' | xargs clang-format-14 -i
	@tools/npm.sh web run format --silent

tidy: ## Run clang-tidy over the C++ sources
	@echo "==> tidy: clang-tidy on every file"
	@tools/setup.sh build test tools
	@tools/configure.sh tidy
	@cmake --build --preset tidy -- -k 0

coverage: ## Measure what the unit tests reach; report in build/coverage/report.html
	@echo "==> coverage: unit tests with line coverage"
	@tools/setup.sh build test tools
	@tools/configure.sh coverage
	@cmake --build --preset coverage
	@ctest --preset coverage --output-on-failure
	@gcovr --root . --filter src/ --exclude '.*_test\.cc' --print-summary \
	  --html-details build/coverage/report.html build/coverage

clean: ## Remove everything that was built (fetched packages stay)
	@echo "==> clean: build/ and web/app/dist/"
	@rm -rf build web/app/dist
