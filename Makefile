# make demo    set up and run the real analysis headlessly, show what was captured
# make lab     open JupyterLab on the demo notebooks
# make test    set up and run every test
# make lint    formatting, lint, types, layers, in Python and TypeScript
# make wheel   build the wheel; make wheel-test installs it alone in a clean environment and runs the main job
# make bench   run every script of benchmarks/ and write their table (takes a while)
# make clean   remove all that the targets above made

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export PATH := $(BIN):$(PATH)
TESTS ?= tests
PYTEST_ARGS ?= -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup demo lab test test-js lint format wheel wheel-test bench clean

help:
	@sed -n 's/^# make/make/p' Makefile

# The environment: made again when what it is made from changed.
$(VENV)/.ready: pyproject.toml package.json yarn.lock constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "celltrail needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "celltrail needs Node 20 or newer to build its JupyterLab extension"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade "pip>=25.1"
	rm -rf src/celltrail/labextension
	$(PIP) install --quiet --constraint constraints.txt --group dev --editable ".[demo]"
	touch $@

setup: $(VENV)/.ready

# The frameworks, readers and sources of data that celltrail watches: large, so only `make test` asks for them.
$(VENV)/.watched: $(VENV)/.ready
	$(PIP) install --quiet --no-compile --constraint constraints.txt --group frameworks --group readers --group sources
	$(PIP) install --quiet --no-deps --target $(VENV)/ducklake --group ducklake
	touch $@

demo: setup
	$(BIN)/celltrail demo

lab: setup
	$(BIN)/jupyter lab --notebook-dir=notebooks

test: setup $(VENV)/.watched test-js
	bash .ci/chromium.sh
	$(BIN)/python -m pytest $(PYTEST_ARGS) $(TESTS)

test-js: setup
	$(BIN)/jlpm test

lint: setup
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry src
	$(BIN)/jlpm lint:check

format: setup
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/jlpm prettier --write

wheel: setup
	rm -rf dist src/celltrail/labextension
	$(PIP) wheel --quiet --no-deps --wheel-dir dist .
	$(BIN)/python .ci/check_wheel.py dist

wheel-test: wheel
	bash .ci/wheel_test.sh

bench: setup
	$(BIN)/python benchmarks/all.py

clean:
	rm -rf $(VENV) node_modules dist labextension/lib src/celltrail/labextension celltrail-demo .mypy_cache .ruff_cache .pytest_cache
