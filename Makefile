# Two commands for everybody:  make demo  ·  make test
# The rest: make lab · make serve · make test-long · make campaign · make benchmark · make check · make lock
# Paths are relative throughout, so a checkout may live in a folder with a space in its name.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PYTEST := $(RUN) -m pytest
# Two at a time, a file at a time: a file's fixtures are made once. `make test WORKERS=0` runs in one.
WORKERS ?= 2
# In the order of the folders: sorted by their number of tests, the few that need a browser came
# last, all to one of the two.
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
ARGS ?=
# What browsers load of plotly: without npm, or without a network, they get the whole of it.
PROGRAMS := dashboards/programs/node_modules/.package-lock.json
# Commands are started hundreds of times in tests: without bytecode each reads all sources anew.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help demo lab serve test test-long campaign benchmark check format lock node programs smaller clean

help:
	@sed -n '1,2p' Makefile | sed 's/^# //'

# The interpreter is checked before anything is made; nothing is installed with root rights.
$(VENV)/bin/python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "Python is missing: install 3.11 to 3.13 from your system's packages (Debian: apt install python3 python3-venv)"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Python 3.11 to 3.13 is needed; this is $$("$(PYTHON)" -V). Name another one: make PYTHON=python3.12 ..."; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing (Debian: apt install python3-venv)"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $(VENV)/.run

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(VENV)/.run $(VENV)/.dev

# anvil and the contract compiler, for tests against a real node; without npm those tests skip.
node: tests/anvil/node_modules/.package-lock.json $(PROGRAMS)

tests/anvil/node_modules/.package-lock.json: tests/anvil/package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "npm is missing: install Node.js 18 or later (Debian: apt install nodejs npm)"; exit 1; }
	cd tests/anvil && npm ci --ignore-scripts --no-audit --no-fund && node compile.js
	@touch tests/anvil/node_modules/.package-lock.json

programs: $(PROGRAMS)

$(PROGRAMS): dashboards/programs/package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "npm is missing: install Node.js 18 or later (Debian: apt install nodejs npm)"; exit 1; }
	cd dashboards/programs && npm ci --ignore-scripts --no-audit --no-fund
	@touch $(PROGRAMS)

smaller:
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory programs || test -z "$$CI"; fi

demo: $(VENV)/.run smaller
	$(RUN) -m psephos demo $(ARGS)

lab: $(VENV)/.run
	$(RUN) -m psephos lab $(ARGS)

serve: $(VENV)/.run smaller
	$(RUN) -m psephos serve $(ARGS)

test: $(VENV)/.dev
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory node || test -z "$$CI"; else echo "npm is missing: tests against a real node will be skipped"; fi
	$(PYTEST) $(SPREAD) -m "not long and not campaign and not benchmark" $(ARGS)

test-long: $(VENV)/.dev
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory node || test -z "$$CI"; fi
	$(PYTEST) $(SPREAD) -m "long and not campaign" $(ARGS)

# -rP: what the campaigns counted is printed, for docs/campaign.md.
campaign: $(VENV)/.dev
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory node || test -z "$$CI"; fi
	PSEPHOS_CAMPAIGN=1 $(PYTEST) $(SPREAD) -rP -m "long or campaign" $(ARGS)

benchmark: $(VENV)/.dev
	$(PYTEST) -m "benchmark" -s $(ARGS)

check: $(VENV)/.dev
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-cache

format: $(VENV)/.dev
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

# Versions and hashes for Linux and macOS, without addresses; needs uv (pipx install uv).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-dev.txt

clean:
	rm -rf $(VENV) data/demo dashboards/programs/node_modules tests/anvil/node_modules tests/anvil/build .pytest_cache .mypy_cache .ruff_cache .hypothesis
