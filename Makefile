# Needs make, git and Python 3.11-3.13 with venv; everything else is put into .venv.
.DEFAULT_GOAL := help
SHELL := /bin/sh

IN_RANGE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(shell for python in python3.13 python3.12 python3.11 python3; do \
	if $$python -c '$(IN_RANGE)' >/dev/null 2>&1; then command -v $$python; break; fi; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test long prove bench check style fix up lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.runtime ## a few hundred leads from producer to CRM, on this machine alone
	$(BIN)/alpha-swarm demo

up: .venv/.runtime ## everything under one supervisor, until Ctrl-C
	$(BIN)/alpha-swarm up

test: .venv/.dev ## the tests of every day; many mostly wait, so there are more at once than cores
	$(BIN)/python -m pytest -n 4 --dist worksteal

long: .venv/.dev ## what takes minutes: large backlogs, and each test on the other database
	$(BIN)/python -m pytest -m "long and not proof" -s

prove: .venv/.dev ## every promise the long way: hundreds of kills, restarts and bytecodes; takes hours
	$(BIN)/alpha-swarm prove --minutes 30
	$(BIN)/python -m pytest -m "long and proof" -n 2 -rP

LEADS := 20000
RUNS := 3

bench: .venv/.runtime .venv-bench/.rq-celery .venv-bench/.arq ## against peers on RQ, Celery and arq: benchmarks/RESULTS.md; half an hour
	$(BIN)/python -m benchmarks --leads $(LEADS) --runs $(RUNS)

check: style ## style, types, layers and structure
	$(BIN)/python -m pytest -q tests/test_house.py tests/test_docs.py

style: .venv/.dev ## the same without its tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/.dev ## put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/bin/python ## pin every dependency anew, within the ranges of pyproject.toml
	.ci/lock $(BIN)/python

clean: ## remove .venv and caches; leads and keys in .alpha-swarm stay
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { \
		echo "Alpha Swarm needs Python 3.11, 3.12 or 3.13 with venv (Debian: apt install python3-venv)." >&2; exit 2; }
	"$(PYTHON)" -m venv --clear .venv

.venv/.runtime: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(PIP) install -r requirements-dev.lock
	@touch $@

# arq and Celery ask for different clients of Redis, so each has an environment of its own.
.venv-bench/.%: benchmarks/%.lock .venv/bin/python
	$(BIN)/python -m venv --clear .venv-bench/$*
	.venv-bench/$*/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@touch $@
