# Everything runs from here; `make help` lists the targets. Needs Python 3.11 to 3.13 and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv from the machine if it has one, else from PyPI into a folder of the project.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help

.PHONY: help install demo airflow airflow-stop test check bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

install: $(VENV)/.installed ## Install the locked dependencies and tieout itself into .venv

.tools/bin/uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv \
		|| { $(PYTHON) -m venv .tools && .tools/bin/python -m pip install --quiet uv; }

# Bytecode is compiled once here: it halves every start of dbt and Great Expectations.
$(VENV)/.installed: requirements-dev.lock pyproject.toml | $(filter .tools/bin/uv,$(UV))
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: install ## Tie out a made-up merchant's month (in .tieout/demo) and print what came out
	$(BIN)/tieout demo --home .tieout/demo

airflow: install ## Start an Airflow on loopback (in .tieout/airflow) with the demo's files in its inbox
	TIEOUT_HOME=.tieout/airflow $(BIN)/python -m tieout_airflow.local start

airflow-stop: install ## Stop that Airflow and its warehouse
	TIEOUT_HOME=.tieout/airflow $(BIN)/python -m tieout_airflow.local stop

test: check ## Everything: lint, types, architecture, then all tests
	$(BIN)/python -m pytest

check: install ## Lint, types and architecture rules, in seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-logo

bench: install ## Measure a month of 100,000 orders beside pandas, DuckDB and datacompy, into docs/performance.md
	$(BIN)/python -m bench.scale 100000

clean: ## Stop the demo's warehouse; remove the environment, caches and .tieout
	-@[ ! -e .tieout/airflow/airflow ] || $(MAKE) --silent airflow-stop
	-@[ ! -x $(BIN)/tieout ] || for home in .tieout .tieout/demo; do \
		[ ! -e $$home/warehouse ] || $(BIN)/tieout warehouse stop --home $$home; done
	rm -rf $(VENV) .tools .tieout .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
