# Everything a contributor or CI runs. `make` alone lists the targets.
# Fresh machine: Python 3.11 or newer, git, make and a package index are enough.

PYTHON ?= python3
VENV ?= .venv
# Two more than cores: tests wait for stores, disks and browsers.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := reconciler tests $(wildcard benchmarks)

# Stamps: a file inside the environment that is as new as the last install.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

# What `make bench` measures: variants of each catalog, by commas, and how often.
SIZES ?= 1000,10000
ROUNDS ?= 5
PEERS := .venv-peers

UV := uv==0.13.9
LOCK_VENV := .venv-lock
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK_VENV)/bin/uv pip compile pyproject.toml \
	--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url

# Images of containers set it. Each of the hundreds of programs that the tests start would compile all of ours again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check conformance reference bench format lock dist clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## a story on embedded stores, in a scratch folder
	@$(BIN)/reconciler demo

test: $(DEV) ## every test, on every core; WORKERS=0 runs them in one process
	$(BIN)/python -m pytest -q -W error -n $(WORKERS) --dist worksteal $(TESTS)

check: $(DEV) ## what CI runs before the tests: format, lint, types, import rules
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/python -m tests.architecture

conformance: $(DEV) ## the embedded store against recorded traffic; writes docs/conformance.md
	@$(BIN)/python -m tests.conformance

bench: $(DEV) $(PEERS)/.installed ## our plan beside floors and peers; writes docs/performance.md (SIZES, ROUNDS)
	@$(BIN)/python -m benchmarks --sizes $(SIZES) --rounds $(ROUNDS) --peers $(PEERS) --into docs/performance.md

reference: $(DEV) ## write docs/reference/ anew, from the sources
	@$(BIN)/python -m tests.reference

format: $(DEV) ## rewrite the sources in the house format
	$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

lock: ## pin dependencies again; newest versions with LOCK_FLAGS=--upgrade
	@test -x $(LOCK_VENV)/bin/uv || { $(PYTHON) -m venv $(LOCK_VENV) && $(LOCK_VENV)/bin/python -m pip install --quiet $(UV); }
	$(LOCK) $(LOCK_FLAGS) --group backend --output-file requirements.lock
	$(LOCK) $(LOCK_FLAGS) --group backend --group dev --extra cluster --constraint requirements.lock --output-file requirements-dev.lock

dist: $(DEV) ## build the wheel and the source archive into dist/
	$(BIN)/python -m build --no-isolation

clean: ## remove everything that can be made again
	rm -rf $(VENV) $(LOCK_VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(CREATED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "make: Python 3.11 or newer is needed, and $(PYTHON) is $$({ $(PYTHON) --version || echo missing; } 2>/dev/null)." >&2; \
		echo "      Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "make: $(PYTHON) cannot create virtual environments: its venv module is not installed." >&2; \
		echo "      On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(PEERS)/.installed: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install -r benchmarks/peers.txt
	@touch $@

# Hashes are checked for everything that comes from the index; the package itself is built by the locked backend.
$(RUNTIME): $(CREATED) pyproject.toml requirements.lock
	@echo "installing into $(VENV) (a minute or two)"
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The dev lock contains the runtime lock, so one install serves both stamps.
$(DEV): $(CREATED) pyproject.toml requirements.lock requirements-dev.lock
	@echo "installing into $(VENV) (a minute or two)"
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@
