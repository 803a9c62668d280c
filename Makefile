# Users need no make: the README gives the plain pip commands beside these.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test check format lint types contracts tests baseline evidence lock clean

$(INSTALLED): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

run: $(INSTALLED) ## set up and run the Hormuz scenario
	$(BIN)/allocator run scenarios/hormuz-closure.yaml

test: check ## set up and pass all tests

check: lint types contracts tests

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

contracts: $(INSTALLED)
	$(BIN)/lint-imports

tests: $(INSTALLED)
	$(BIN)/pytest

baseline: $(INSTALLED) ## rebuild the committed baseline from its cited facts
	$(BIN)/python -m allocator.baseline.build

evidence: $(INSTALLED) ## run the shipped scenarios and 1,000 random instances (NAMES: only these) and write what they give into their pages; 40 minutes
	$(BIN)/python -m tests.golden.evidence $(NAMES)

lock: ## renew the hashed lock; run it on Python 3.11
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --output-file requirements.lock

clean:
	rm -rf $(VENV) runs build dist *.egg-info
