# `make run` tries the registry, `make test` checks it. Everything else is a sibling of these two.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
CORES := $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; echo $$n)
CATALOGUE := registry/translations/zh_CN/LC_MESSAGES/messages
PYTEST := $(BIN)/pytest -n $(CORES) --dist worksteal
unexport PYTHONDONTWRITEBYTECODE # the tests start this program again and again: it is compiled once

.PHONY: run setup test lint lint-types lint-style messages lock clean setup-test bench

run: setup
	@exec $(BIN)/registry up

setup: .venv/.ready $(CATALOGUE).mo

setup-test: setup .venv/.ready-test

test: setup-test lint
	$(PYTEST) --database=sqlite
	$(PYTEST) --database=postgresql -m "not nodb"

bench: setup-test
	$(BIN)/python -m bench.imports
	$(BIN)/python -m bench.finding
	$(BIN)/python -m bench.rosters --province
	$(BIN)/python -m bench.issuing
	$(BIN)/python -m bench.cards
	$(BIN)/python -m bench.reviewing
	$(BIN)/python -m bench.freezing

lint: setup-test # types take as long as all the rest: both at once, told one after the other
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-types lint-style

lint-types:
	$(BIN)/mypy

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

.venv/.ready: requirements.lock .ci/system-packages
	@PYTHON=$(PYTHON) .ci/system-packages libraries
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ready-test: requirements-test.lock .venv/.ready
	@PYTHON=$(PYTHON) .ci/system-packages browser
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	@touch $@

$(CATALOGUE).mo: $(CATALOGUE).po .venv/.ready
	@$(BIN)/pybabel --quiet compile -D messages -d registry/translations -l zh_CN

messages: setup-test
	@mkdir -p var
	$(BIN)/pybabel --quiet extract -F .ci/babel.cfg -k _l -k lazy_gettext -k N_ --no-location --sort-output -o var/messages.pot .
	$(BIN)/pybabel --quiet update -D messages -i var/messages.pot -d registry/translations -l zh_CN --no-fuzzy-matching --ignore-obsolete

lock: setup-test
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock .ci/requirements.in pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --extra test \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements-test.lock .ci/requirements.in pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
