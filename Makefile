# Everything a developer or an operator types; `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
# Written last by each installation, so that a half-finished one is done again.
RUNTIME := .venv/runtime.stamp
TESTING := .venv/testing.stamp

.DEFAULT_GOAL := help
.PHONY: help demo serve test check fix bench lock seed

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## the example campaign on this machine, with its links
	@$(BIN)/python -m campaign.cli.demo

serve: $(RUNTIME) ## the site with the settings of production
	@UNDERSIGNED_ENV=production $(BIN)/undersigned serve

test: check ## check, then every test on SQLite, PostgreSQL and in Chromium
	@sh tests/support/system.sh
	@UNDERSIGNED_TEST_STRICT=1 $(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(TESTING) ## format, lint and types, without tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

fix: $(TESTING) ## format the code and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(TESTING) ## measure speed against a bare Flask page, on both databases
	@$(BIN)/python -m bench

seed: $(RUNTIME) ## a believable world of 1,000 signatures in the demo's database
	@$(BIN)/undersigned seed --size 1000

lock: ## write requirements.txt and requirements-test.txt anew (needs uv)
	@command -v uv > /dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal \
	  --custom-compile-command "make lock" --group build pyproject.toml -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal \
	  --custom-compile-command "make lock" -c requirements.txt --all-extras --group build --group test \
	  pyproject.toml -o requirements-test.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv

$(RUNTIME): .venv/bin/python requirements.txt pyproject.toml
	@echo "Installing what the site needs, once"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(TESTING): $(RUNTIME) requirements-test.txt
	@echo "Installing what the tests need, once"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@
