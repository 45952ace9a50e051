# `make` lists the targets. `make book` and `make test` need nothing but Python >= 3.11.

PYTHON ?= python3
BIN    := .venv/bin
SITE   := _build/html
PORT   ?= 8000
CHAPTERS := $(wildcard book/[0-9][0-9]_*.ipynb)
SOURCES  := _config.yml _toc.yml README.md $(shell find book bcelib -type f \
              -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book test arrays serve refresh lint lock bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(SITE)/.built  ## build the site (makes .venv on the first run)
	@echo "Open file://$(CURDIR)/$(SITE)/index.html, or run 'make serve'."

test: .venv/.test lint $(SITE)/.built  ## run everything that CI runs
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --nbval --nbval-current-env \
	  bcelib tests $(CHAPTERS)

arrays: .venv/.arrays  ## install PyTorch and JAX, without which some tests are skipped

serve: book  ## show the site at http://localhost:8000 (PORT=8000)
	$(BIN)/python -m http.server --bind localhost --directory $(SITE) $(PORT)

refresh: .venv/.book  ## execute the chapters again and store normalised outputs
	$(BIN)/python book/refresh.py $(CHAPTERS)

lint: .venv/.test  ## check the style of the Python code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The largest set is pinned first; its pins then constrain the others.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
         --custom-compile-command "make lock" $(UPGRADE)
lock: .venv/.test  ## pin the requirements again from pyproject.toml (UPGRADE=--upgrade)
	echo "-e .[dev]"    | $(LOCK) - -o requirements-dev.txt
	grep -v '^-e' requirements-dev.txt > .venv/pins.txt
	echo "-e .[book]"   | $(LOCK) - -c .venv/pins.txt -o requirements.txt
	echo "-e .[binder]" | $(LOCK) - -c .venv/pins.txt -o .binder/requirements.txt
	echo "-e .[arrays]" | $(LOCK) - -c .venv/pins.txt -o requirements-arrays.txt
	echo "-e .[benchmarks]" | $(LOCK) - -c .venv/pins.txt -o benchmarks/requirements.txt

# About ten minutes, and 9 GB of disk. Measure when nothing else runs.
BENCH := .venv-benchmarks
bench: $(BENCH)/.made .venv/.test  ## measure bcelib beside its peers and write book/benchmarks.md
	$(BENCH)/bin/python -m benchmarks.accuracy
	$(BENCH)/bin/python -m benchmarks.speed
	$(BENCH)/bin/python -m benchmarks.scale
	$(BENCH)/bin/python -m benchmarks.report
	$(BIN)/python -m benchmarks.grading

clean:  ## remove the environment and everything that was built
	rm -rf .venv $(BENCH) _build bcelib.egg-info .pytest_cache .hypothesis .ruff_cache

# ---- files --------------------------------------------------------------------

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  f"Python 3.11 or newer is needed; $(PYTHON) is {sys.version.split()[0]}. Try: make PYTHON=python3.13")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/.book: requirements.txt pyproject.toml | .venv/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.test: requirements-dev.txt | .venv/.book
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

.venv/.arrays: requirements-arrays.txt | .venv/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-arrays.txt
	touch $@

$(BENCH)/.made: benchmarks/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@

# An incremental build leaves changed static files uncopied, hence --all.
$(SITE)/.built: .venv/.book $(SOURCES)
	$(BIN)/jupyter-book build . --all -W --keep-going
	touch $@
