# What most people need: `make run`, `make setup` and `make test`. While you work, `make quick`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run setup test quick check bench faults lock format clean help

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(STAMP)  ## start Studyhall with the local room
	@exec $(BIN)/studyhall run

setup: $(STAMP)  ## connect Studyhall to Discord or Slack: asks for what is needed and tries it
	@exec $(BIN)/studyhall setup

# Without compiled files each of the programs that the tests start would compile the whole house again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

test: $(DEV_STAMP)  ## run every test
	$(PYTEST) $(ARGS)

# TEST_DATE=2031-07-15T12:00:00 in the environment runs them as if on that day.
quick: $(DEV_STAMP)  ## run the tests that take a minute together
	$(PYTEST) -m "not browser and not postgres and not slow" --hypothesis-profile=quick $(ARGS)

check: $(DEV_STAMP)  ## lint, types, imports, the question bank
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/studyhall content check

bench: $(DEV_STAMP)  ## print speed figures and their goals
	$(BIN)/python -m tests.bench $(ARGS)

faults: $(DEV_STAMP)  ## tell stories in which everything goes wrong, and kill what votes
	$(BIN)/python -m tests.faults $(ARGS)

format: $(DEV_STAMP)  ## put the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One lock for every Python and system: what only some of them need carries a marker.
lock:  ## write the lock files (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml requirements/build.in -o requirements/run.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml requirements/build.in -c requirements/run.lock -o requirements/dev.lock

clean:  ## remove the environment and caches, never the data
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Studyhall needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1 | grep -m1 '^Python' || echo not there)." \
		"Say which to take: make PYTHON=python3.13" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python requirements/run.lock pyproject.toml
	@echo "Setting up (once, about a minute) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/run.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(STAMP) requirements/dev.lock
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.lock
	@touch $@
