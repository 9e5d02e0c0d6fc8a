# Eskalera. `make help` lists what there is; everything but `setup` runs from .venv, made from uv.lock.

.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
# What the environment is made from; it is made again only when one of these changed.
LOCKED := uv.lock $(wildcard pyproject.toml */pyproject.toml */*/pyproject.toml) deploy/local/setup.sh
ARGS ?=
RUNS ?= 10
WORKERS ?= 3
# Given before `make`: a server of one's own is used instead of started.
export DATABASE_URL KAFKA_BOOTSTRAP_SERVERS
ifeq ($(DATABASE_URL),)
unexport DATABASE_URL
endif
ifeq ($(KAFKA_BOOTSTRAP_SERVERS),)
unexport KAFKA_BOOTSTRAP_SERVERS
endif

.PHONY: help setup up down browser test test-all lives check format bench chaos generate

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^## / { printf "\n%s\n", substr($$0, 4) } \
	  /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

## Run

up: setup ## Start the whole system and stop it with Ctrl-C (ARGS="--detach --data DIR --port-base 8080 …")
	@$(BIN)/eskalera up $(ARGS)

down: setup ## Stop a system started with --detach
	@$(BIN)/eskalera down $(ARGS)

## Develop

setup: .venv/.synced ## Check what the machine needs and make .venv; `.venv/bin/eskalera` is the command

.venv/.synced: $(LOCKED)
	@deploy/local/setup.sh

format: setup ## Format the code
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format --quiet .

generate: setup ## Write schemas, AsyncAPI and reference pages anew
	@$(BIN)/python -m contracts.generate && $(BIN)/python -m tests.support.references

check: setup ## Lint, types, walls between the rooms, contracts and generated pages current
	@echo "ruff" && $(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo "mypy" && $(BIN)/mypy --no-error-summary
	@echo "import-linter" && $(BIN)/lint-imports --no-cache > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@echo "contracts" && $(BIN)/python -m contracts.generate --check && $(BIN)/python -m contracts.compatibility
	@echo "docs" && $(BIN)/python -m tests.support.references --check

## Test

browser: setup
	@$(BIN)/python -m tests.support.browser

# In the folders' order, whole systems first and quick units last: a worker is not left alone with a slow file.
test: check browser ## Everything that proves the code, on real servers (ARGS="-k words")
	@$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder tests $(ARGS)

lives: setup ## 10,000 random lives of incidents over a year of calendar and clocks, and 200 of hand-offs over bad lines
	@ESKALERA_LIVES=10000 $(BIN)/pytest -q -n 0 tests/unit/routing/test_lives.py
	@ESKALERA_HANDOFF_LIVES=200 $(BIN)/pytest -q -n 0 --timeout 7200 -rP tests/integration/vendor_bridge/test_stateful.py

test-all: test lives ## The same, with as many lives, then bench and chaos
	@$(MAKE) --no-print-directory bench
	@$(MAKE) --no-print-directory chaos

bench: setup ## Measure (docs/performance.md says what and how)
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: setup ## Kill services at random points, RUNS times, and count what was lost or doubled
	@$(BIN)/python -m tests.chaos --runs $(RUNS) $(ARGS)
