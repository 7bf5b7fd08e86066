# Everything a developer or a build machine runs. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Test processes side by side. One is faster for a single file: make test-desktop JOBS=0
JOBS ?= 2
# Further arguments for pytest: make test-desktop ARGS="-k orders"
ARGS ?=
# COVERAGE=1 adds to the measurement that `make coverage` prints.
COVERAGE ?=

# A process that has nothing left takes over tests that wait behind a long one of the other.
PYTEST_PLAIN := $(BIN)/pytest -q -n $(JOBS) --dist worksteal $(ARGS)
PYTEST := $(PYTEST_PLAIN) $(if $(COVERAGE),--cov --cov-append --cov-report=)
ROOMS := domain desktop server_stub i18n
# A room's folder is checked as soon as it exists.
TYPED := $(wildcard $(ROOMS)) $(if $(wildcard resources/*.py),resources) tests
WINDOWS_TYPED := $(wildcard domain desktop i18n)
SUITES := architecture domain server-sqlite server-postgresql desktop scenarios simulation

.DEFAULT_GOAL := help
.PHONY: help setup lock test lint types $(addprefix test-,$(SUITES)) coverage bench soak soak-kills soak-api soak-faults demo \
	screenshots clean

help:  ## this list
	@sed -nE 's/^([a-z][a-z-]*):.*  ## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

setup:  ## make .venv from the lock, with the system packages it needs
	@$(PYTHON) packaging/bootstrap.py

lock:  ## write requirements.lock from pyproject.toml (UPGRADE=1: newest versions), then set up
	@$(PYTHON) packaging/bootstrap.py --lock $(if $(UPGRADE),--upgrade)

test: setup  ## set-up, lint, types and all tests; fails if any of them fails
	@rm -rf build/coverage && mkdir -p build/coverage
	@failed=; for part in lint types $(addprefix test-,$(SUITES)); do \
		echo "== $$part"; $(MAKE) --no-print-directory $$part COVERAGE=1 || failed="$$failed $$part"; \
	done; \
	echo "== coverage"; $(MAKE) --no-print-directory coverage; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; echo "all passed"

lint:  ## ruff and bandit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/bandit -q -c pyproject.toml -r $(wildcard domain desktop server_stub)

types:  ## mypy --strict, once as on Linux and, for what the client runs, once as on Windows
	@$(BIN)/mypy $(TYPED)
	@$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 $(WINDOWS_TYPED)
	@cd packaging && ../$(BIN)/mypy --config-file ../pyproject.toml --cache-dir ../.mypy_cache/packaging .

test-architecture:  ## layers, sizes, portability, where SQL stands, texts, and the tests' own tools
	@$(PYTEST) tests/architecture tests/support tests/packaging tests/bench

test-domain:  ## the business rules, as on a machine without Qt or any web library
	@$(PYTEST) -p no:pytest-qt -p tests.support.without_qt tests/unit

test-server-sqlite:  ## the server on SQLite, and what needs no database
	@$(PYTEST) -m "not postgresql" tests/server

test-server-postgresql:  ## the server on PostgreSQL
	@$(PYTEST) -m postgresql tests/server

test-desktop:  ## windows, offscreen
	@$(PYTEST) tests/desktop

test-scenarios:  ## counters and the server together as real processes, offline, online and killed
	@$(PYTEST) tests/scenarios

# Coverage is not counted here: that would take half as long again, and what a random run passes it need not pass again.
test-simulation:  ## 500 seeds of the whole product on one thread with virtual time (never with coverage)
	@$(PYTEST_PLAIN) tests/simulation

soak: setup  ## the simulation for long (SEEDS=100, SEED=: from which on; one failing seed: SEEDS=1 SEED=n)
	@$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),100) $(if $(SEED),--seed $(SEED))

soak-faults: setup  ## look anew for a seed that catches each planted fault (FAULTS=names)
	@$(BIN)/python -m tests.simulation --faults $(FAULTS)

coverage:  ## the coverage of the last `make test`
	@$(BIN)/coverage report

bench: setup  ## measure against the limits (ONLY=name: one line)
	@$(BIN)/python -m tests.bench $(ONLY)

soak-kills: setup  ## either side killed KILLS=1000 times at random, on SQLite and on PostgreSQL
	@KILLS=$(or $(KILLS),1000) $(BIN)/pytest -q -n 0 --timeout 0 tests/scenarios/test_kills.py -k random_kills

soak-api: setup  ## 20,000 made requests against the API (FUZZ_SEED=n replays)
	@seed=$${FUZZ_SEED:-$$(date +%s)}; echo "FUZZ_SEED=$$seed"; \
	FUZZ_CASES=20000 FUZZ_SEED=$$seed $(PYTEST) -n 0 --timeout 3600 tests/server/test_api_fuzz.py

demo: setup  ## a counter with made-up data, and its server, on this machine
	@$(BIN)/dealerdesk demo

screenshots: setup  ## pictures of every screen in build/screenshots
	@QT_QPA_PLATFORM=offscreen $(BIN)/dealerdesk screenshots build/screenshots

clean:  ## remove what was made, including the environment
	@rm -rf build dist .venv .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
