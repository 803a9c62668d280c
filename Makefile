# Users need no make: the README gives the plain pip commands beside these.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := $(VENV)/.peers
BROWSER := $(VENV)/.browser
PAGES := $(VENV)/.pages
RELEASE := $(VENV)/.release

.PHONY: run test check format lint types contracts tests postgresql browser baseline evidence docs sbom bench bench-quick profile lock install-test clean

$(INSTALLED): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(PEERS): $(INSTALLED) requirements-bench.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-bench.lock
	touch $@

$(BROWSER): $(INSTALLED) requirements-browser.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-browser.lock
	touch $@

$(PAGES): $(INSTALLED) requirements-docs.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-docs.lock
	touch $@

$(RELEASE): $(INSTALLED) requirements-release.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-release.lock
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

postgresql: $(INSTALLED) ## run the tests of the service on a PostgreSQL server, which they start in a temporary folder
	$(BIN)/pytest -n 0 --postgresql tests/api

browser: $(BROWSER) $(PAGES) ## open the report and the pages in Chromium (CHROMIUM: its path) and check what readers get
	$(BIN)/pytest -n 0 tests/browser

install-test: $(INSTALLED) ## run the blocks of the pages that install or rebuild, in fresh clones, with the network; four minutes
	$(BIN)/pytest -n 0 tests/install

baseline: $(INSTALLED) ## rebuild the committed baseline from its cited facts
	$(BIN)/python -m allocator.baseline.build

evidence: $(INSTALLED) ## run the shipped scenarios, random instances and the trials of the service (NAMES: only these) and write what they give into their pages; an hour
	$(BIN)/python -m tests.golden.evidence $(NAMES)

docs: $(PAGES) ## build the pages to site/, every warning an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

sbom: $(RELEASE) ## list every package of the lock, with its hashes, in sbom.json (CycloneDX)
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file sbom.json requirements.lock

bench-quick: $(PEERS) ## measure small and middle sizes beside other tools, under three minutes
	$(BIN)/python -m benchmarks.run --quick

bench: $(PEERS) ## measure all sizes, about 40 minutes; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run

profile: $(PEERS) ## show where the time of the jobs goes whose targets are missed; writes benchmarks/PROFILE.md
	$(BIN)/python -m benchmarks.profiling

LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

lock: ## renew the hashed locks; run it on Python 3.11
	$(LOCK) --extra dev --output-file requirements.lock
	$(LOCK) --extra browser --constraint requirements.lock --output-file requirements-browser.lock
	$(LOCK) --extra bench --constraint requirements.lock --output-file requirements-bench.lock
	$(LOCK) --extra release --constraint requirements.lock --output-file requirements-release.lock
	$(LOCK) --extra docs --constraint requirements.lock --output-file requirements-docs.lock

clean:
	rm -rf $(VENV) runs site build dist sbom.json *.egg-info
