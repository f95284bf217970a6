# Everything that is done to this repository is done by one of these targets; CI calls the same ones.
# A machine needs Python 3.11 (or later) and make, nothing else: the environment in .venv installs itself.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Another version of Python means another environment.
READY := $(VENV)/.ready-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

.PHONY: install
install: $(READY) ## create the environment in .venv

# The dependency groups of pyproject.toml need a pip of at least 25.1, which Python does not bring along.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; $(PYTHON) is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable '.[all]'
	touch $@

.PHONY: demo
demo: $(READY) ## the main job against the local sandbox, over real HTTP
	$(BIN)/python examples/demo.py

# To measure coverage takes half as long again; the tests of the contract and the tools would add none.
# Where Pulser's simulation cannot be installed, its tests are skipped, and the program that uses it is not counted.
PARALLEL := --numprocesses auto --dist worksteal
.PHONY: test
test: $(READY) ## run the tests, but for the slow ones, and measure their coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PARALLEL) -m "not slow" --ignore tests/contract
	$(BIN)/coverage combine --quiet
	@omit=; test -e build/official/complete || omit='--omit=*/pulser_program.py'; set -x; $(BIN)/coverage report $$omit
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow" tests/contract

.PHONY: test-slow
test-slow: $(READY) ## run the tests that take tens of seconds each
	$(BIN)/python -m pytest $(PARALLEL) -m slow

# The tests of the package without those of the contract and the tools, which need exact versions.
VERSION_TESTS ?= tests/unit tests/client tests/cli tests/sandbox
TEST_VERSIONS = -m pytest --quiet -p no:cacheprovider $(PARALLEL) -m "not slow and not official and not simulation" $(VERSION_TESTS)

# With Python 3.11 it is the oldest of everything: PYTHON=python3.11.
.PHONY: check-lowest
check-lowest: $(READY) ## run the tests of the package with the oldest versions that pyproject.toml admits
	rm -rf build/lowest
	$(PYTHON) -m venv build/lowest
	$(BIN)/python tools/floors.py > build/lowest/constraints.txt
	build/lowest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	build/lowest/bin/python -m pip install --quiet --constraint build/lowest/constraints.txt --group test --group spec --group bench --editable '.[all]'
	build/lowest/bin/python $(TEST_VERSIONS)

.PHONY: check-newest
check-newest: $(READY) ## run the tests of the package with the newest versions that there are
	rm -rf build/newest
	$(PYTHON) -m venv build/newest
	build/newest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	build/newest/bin/python -m pip install --quiet --group test --group spec --group bench --editable '.[all]'
	build/newest/bin/python $(TEST_VERSIONS)

# Those that go through the contract itself. Those of the tools, which generate again and again, take longer.
CONTRACT_TESTS := $(patsubst %,tests/contract/test_%.py,transcription reach examples generated) \
	$(patsubst %,tests/contract/test_cases_%.py,form meaning) tests/conformance/test_own_client.py

.PHONY: test-contract
test-contract: $(READY) ## the quick tests of the contract: what is transcribed, reached, exemplified, sent and read
	@$(BIN)/python -m pytest --quiet --tb=line --show-capture=no -p no:cacheprovider $(CONTRACT_TESTS)

# What is generated comes before the types: without a module of it, a type checker complains of everything else.
.PHONY: check
check: lint spec check-generated check-version types verify-types test test-slow ## what every change has to pass; CI runs docs, publish-check and demo, too

.PHONY: lint
lint: $(READY) ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/readability.py overlay tools
	$(BIN)/python tools/kit_layout.py --check

.PHONY: format
format: $(READY) ## mend what can be mended of the style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/kit_layout.py

.PHONY: types
types: $(READY) ## type-check everything, strictly
	$(BIN)/mypy -p pasqal_core_runtime -p pasqal_core_api -p pasqal_core_schemas -p pasqal_client
	$(BIN)/mypy tests tools examples benchmarks

PYRIGHT := $(VENV)/.pyright
.PHONY: verify-types
verify-types: $(PYRIGHT) ## tell how much of what is exported has types that every type checker reads alike
	$(BIN)/python tools/type_completeness.py

$(PYRIGHT): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group verify
	touch $@

.PHONY: spec
spec: $(READY) ## validate the contract and its examples
	PYTHONPATH=tools $(BIN)/python -m check_spec

.PHONY: generate
generate: spec ## make generated/, docs/reference/ledger.md and conformance/wire.md from openapi.yaml
	$(BIN)/python tools/generate.py
	PYTHONPATH=tools $(BIN)/python -m ledger

.PHONY: check-generated
check-generated: $(READY) ## tell whether what make generate makes is there, and nothing is missing
	$(BIN)/python tools/generate.py --check
	PYTHONPATH=tools $(BIN)/python -m ledger --check

# What BASE is: a contract in a file, or a git ref; the last released contract, or else HEAD, unless it is given.
.PHONY: spec-diff
spec-diff: $(READY) ## say what changed in the contract since BASE, and which version follows
	@PYTHONPATH=tools $(BIN)/python -m spec_diff $(if $(BASE),-- "$(BASE)")

.PHONY: api-diff
api-diff: $(READY) ## say what breaks programs that worked with the Python API since BASE, a git ref
	@PYTHONPATH=tools $(BIN)/python tools/api_diff.py $(BASE)

.PHONY: check-version
check-version: $(READY) ## tell whether the version is enough for what changed since the release
	PYTHONPATH=tools $(BIN)/python -m spec_diff --check
	PYTHONPATH=tools $(BIN)/python tools/api_diff.py

.PHONY: rehearse
rehearse: $(READY) ## rehearse changes of the contract in copies, and write docs/spec-changes.md
	PYTHONPATH=tools $(BIN)/python -m rehearsals

.PHONY: attack
attack: $(READY) ## faults of every kind, and many more random walks and wrong answers than the tests take
	WALKS=$${WALKS:-20000} EXCHANGES=$${EXCHANGES:-10000} SEED=$${SEED:-$$(date +%s)} \
		$(BIN)/python -m pytest tests/client tests/unit/test_page_walk.py tests/attack

.PHONY: bench
bench: $(READY) ## measure, print, and write docs/performance.md; it judges nothing
	PYTHONPATH=tools $(BIN)/python -m benchmarks
	$(BIN)/python benchmarks/sandbox.py
	$(BIN)/python benchmarks/results.py
	PYTHONPATH=tools $(BIN)/python benchmarks/tables.py

.PHONY: screenshots
screenshots: $(READY) ## make the pictures of docs/cli.md anew, from commands that run against a sandbox
	$(BIN)/python tools/screenshots.py

.PHONY: docs
docs: $(READY) ## build the documentation site into build/site/html; any link that leads nowhere is an error
	PYTHONPATH=tools $(BIN)/python -m docs_site

.PHONY: wheel
wheel: $(READY) ## build the wheel and the source distribution into dist/
	rm -rf dist
	PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/python -m build --quiet --outdir dist

.PHONY: conformance-archive
conformance-archive: $(READY) ## make one file of the conformance kit and the contract in dist/
	$(BIN)/python tools/conformance_archive.py dist

.PHONY: publish-check
publish-check: wheel ## what a release runs: metadata, a bare installation, an import, a call
	$(BIN)/twine check --strict dist/*
	$(BIN)/python tools/check_wheel.py dist

.PHONY: constraints
constraints: ## pin the newest versions that fit into constraints.txt
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --upgrade pip
	build/constraints/bin/python -m pip install --quiet --group dev --group verify --editable '.[all]'
	build/constraints/bin/python tools/installed_versions.py > constraints.new
	mv constraints.new constraints.txt
	rm -rf build/constraints

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
