# labkit's commands. `make lab` and `make test` set up everything they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
INSTALLED := $(VENV)/.installed
NODE_MODULES := widgets/node_modules/.installed
ARGS ?=

.PHONY: lab test check bench monday dash tour notebooks widgets clean help
.DEFAULT_GOAL := help

lab: $(INSTALLED) ## open JupyterLab on notebooks/
	$(PY) -m labkit lab $(ARGS)

test: $(INSTALLED) ## the whole suite, on two cores (ARGS="-k name" for a part)
	$(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(INSTALLED) $(NODE_MODULES) ## ruff, mypy, TypeScript, front-end tests, generated files, size
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	npm --prefix widgets run --silent check
	npm --prefix widgets test --silent
	npm --prefix widgets run --silent build && test -z "$$(git status --porcelain labkit/static)"
	$(PY) notebooks/build.py --check
	$(PY) tests/size.py

bench: $(INSTALLED) ## benchmarks: tables under tests/bench/results/
	$(PY) -m tests.bench $(ARGS)

monday: $(INSTALLED) ## from a spreadsheet to a training: the commands typed, beside other tools
	$(PY) -m tests.monday

dash: $(INSTALLED) ## the Voila dashboard
	$(PY) -m labkit dash $(ARGS)

tour: $(INSTALLED) ## the four steps without a browser, and an HTML report
	$(PY) -m labkit tour $(ARGS)

notebooks: $(INSTALLED) ## make notebooks/*.ipynb from notebooks/source/*.py
	$(PY) notebooks/build.py

widgets: $(NODE_MODULES) ## make labkit/static from widgets/src (needs Node)
	npm --prefix widgets run --silent build

clean: ## remove the environment, caches and the workspace
	rm -rf $(VENV) widgets/node_modules workspace .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet --constraint constraints.txt torch
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[train,postgres,keyring,inspect,optimize,dev]'
	touch $@

$(NODE_MODULES): widgets/package-lock.json
	npm --prefix widgets ci --silent --no-audit --no-fund
	touch $@
