# `make` alone lists the targets. Everything runs in .venv, which `make setup` makes.
PYTHON ?= python3
BIN = .venv/bin
PORT ?= 8000
DEMO = DATABASE_URL="sqlite:///$(CURDIR)/var/demo.sqlite3" MUSTER_DEMO=1

.DEFAULT_GOAL = help
.PHONY: help setup demo run seed test check fmt messages bench lock

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## packages, assets and translations: everything needed to run
	@$(PYTHON) tools/setup.py

demo: setup  ## a filled demo company at http://127.0.0.1:8000 (PORT=… for another port)
	@mkdir -p var
	@$(DEMO) $(BIN)/muster migrate --verbosity 0
	@$(DEMO) $(BIN)/muster seed
	@$(DEMO) $(BIN)/muster serve --port $(PORT)

run: setup  ## your own data: migrate, then web and worker at http://127.0.0.1:8000
	@$(BIN)/muster migrate --verbosity 0
	@$(BIN)/muster serve --port $(PORT)

seed: setup  ## fill an empty database with the demo company
	@$(BIN)/muster migrate --verbosity 0
	@$(BIN)/muster seed

test:  ## all tests: SQLite, PostgreSQL, browser; prints what was skipped and why
	@$(PYTHON) tools/setup.py --dev
	@$(BIN)/python -m tools.test $(ARGS)

check:  ## lint, types, layers, size budgets, translations, system checks
	@$(PYTHON) tools/setup.py --dev
	@$(BIN)/python -m tools.check

fmt:  ## format the code and fix what can be fixed
	@$(PYTHON) tools/setup.py --dev
	@$(BIN)/ruff check --fix --quiet src tests tools || true
	@$(BIN)/ruff format --quiet src tests tools
	@$(BIN)/python tools/budgets.py shrink

messages:  ## collect new texts into the translation files, then compile them
	@$(PYTHON) tools/setup.py --dev
	@$(BIN)/python tools/messages.py update
	@$(BIN)/python tools/messages.py compile

bench:  ## time the main pages on large data (see bench/)
	@$(PYTHON) tools/setup.py --dev
	@$(BIN)/python -m bench $(ARGS)

lock:  ## write requirements/*.lock anew from pyproject.toml (needs uv)
	@tools/lock.sh $(ARGS)
