# Everything runs from .venv, made from the lock files; it is made again only when they change.
.DEFAULT_GOAL := help
.PHONY: help install demo up test lint format golden reference bench evaluate site

VENV := .venv
BIN := $(VENV)/bin
# Nothing is compiled ahead: Python keeps the bytecode of what it imports, a tenth of what is installed. uv links files
# from its cache, where it can, and lives beside the environment that it fills, so that filling does not remove it.
BOOTSTRAP := $(VENV)/bootstrap
# Where images forbid Python to keep bytecode, each command would compile its libraries anew: 5 s, and a run's third.
unexport PYTHONDONTWRITEBYTECODE
LOCKS := requirements.lock requirements-bootstrap.lock pyproject.toml
BEGAN := $(shell date +%s)
INSTALLED := $(VENV)/.installed-$(shell cat $(LOCKS) | cksum | cut -d ' ' -f 1)

FITTING := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	command -v $$name >/dev/null && $$name -c '$(FITTING)' 2>/dev/null && echo $$name && break; done)

# uv has settings of its own: hand it what pip is told about certificates and the registry.
ifdef PIP_CERT
export SSL_CERT_FILE ?= $(PIP_CERT)
endif
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

help:
	@echo "make install    set up $(VENV) from the lock files"
	@echo "make demo       set up, deploy and run everything for 1,000 customers, serve the page, and say what it took"
	@echo "make up         set up, deploy and run everything at full scale, serve the page"
	@echo "make test       set up and run every test"
	@echo "make mutants    plant faults in the code, one at a time, and count those that the tests see"
	@echo "make lint       check style, types, who imports whom, the semantic model, and SQL"
	@echo "make format     format the code"
	@echo "make golden     write the expected resource graph and pictures anew, where a change of them is meant"
	@echo "make reference  write the pages of docs/ that follow from the code anew, where it changed"
	@echo "make bench      measure time and memory at full scale, and write docs/performance.md"
	@echo "make site       make the site of the documentation in site/, dbt's and the slides in it"
	@echo "make evaluate   ask the analyst every question of the evaluation, and say what is not right"

install: $(INSTALLED)

$(INSTALLED): $(LOCKS)
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install it, or name it by PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m venv $(BOOTSTRAP)
	$(BOOTSTRAP)/bin/python -m pip install --quiet --require-hashes -r requirements-bootstrap.lock
	$(BOOTSTRAP)/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BOOTSTRAP)/bin/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.installed-*
	@touch $@

# The same stack and commands as `make up`, small: what it takes from nothing is said with the page's address.
demo: install
	$(BIN)/c360 up --customers 1000 --app --began $(BEGAN)

up: install
	$(BIN)/c360 up --app

# Three processes on two cores: tests wait for programs that they start, and for clocks.
test: install
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

mutants: install
	ls .mutants/recording.*.json >/dev/null 2>&1 || $(BIN)/python -m tests.mutants.recording
	$(BIN)/python -m tests.mutants

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyrefly check
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m semantic.check
	$(BIN)/sqlfluff lint --disable-progress-bar dbt
	$(BIN)/python -m tests.support.sql_lint  # the payload; of procedures what a linter can read

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: install
	$(BIN)/python -m tests.support.graph
	PYTHONPATH=streamlit_app $(BIN)/python -m tests.support.drawn_charts

reference: install
	$(BIN)/python -m stacks.reference
	$(BIN)/python -m c360.review.security_page
	$(BIN)/python -m docs.pages

evaluate: install
	$(BIN)/python benchmarks/analyst.py

site: install
	$(BIN)/python -m docs.pages.site

bench: install
	$(BIN)/python benchmarks/run.py --keep
	PYTHONPATH=streamlit_app $(BIN)/python benchmarks/app.py --keep
	$(BIN)/python -m docs.pages
