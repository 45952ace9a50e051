# `make` lists the targets. `make book` and `make test` need nothing but Python >= 3.11.

PYTHON ?= python3
BIN    := .venv/bin
SITE   := _build/html
PORT   ?= 8000
# Looked up when it is needed, since `make arrays test` installs first.
NEEDS_ARRAYS := book/19_beyond_two_classes.ipynb
CHAPTERS = $(filter-out $(if $(shell ls .venv/.arrays 2>/dev/null),,$(NEEDS_ARRAYS)), \
             $(wildcard book/*.ipynb))
SOURCES  := _config.yml _toc.yml README.md $(shell find book bcelib -type f \
              -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book pdf zip lite lighthouse test test-package test-grader test-book arrays oldest serve refresh \
        lint coverage mutants links dist lock bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(SITE)/.built  ## build the site (makes .venv on the first run)
	@echo "Open file://$(CURDIR)/$(SITE)/index.html, or run 'make serve'."

# What CI runs in parallel jobs, `make test` runs at once.
PYTEST  := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile
NBVAL   := --nbval --nbval-current-env
NEEDS   := tests/test_equipment.py
PACKAGE := bcelib tests/bcelib tests/benchmarks $(NEEDS)::test_array_libraries
GRADER  := tests/autograder tests/homework $(NEEDS)::test_sandbox
BOOK     = $(CHAPTERS) tests/book tests/site tests/project $(NEEDS)::test_browser \
           $(NEEDS)::test_font $(NEEDS)::test_array_libraries

test: .venv/.test lint $(SITE)/.built  ## run all tests and checks
	$(PYTEST) $(NBVAL) $(PACKAGE) $(GRADER) $(BOOK)

test-package: .venv/.test  ## test bcelib and the benchmarks
	$(PYTEST) $(PACKAGE)

test-grader: .venv/.test  ## test the autograder and the homework
	$(PYTEST) $(GRADER)

test-book: .venv/.test $(SITE)/.built  ## test the chapters, the site and the project's own files
	$(PYTEST) $(NBVAL) $(BOOK)

arrays: .venv/.arrays  ## install PyTorch and JAX, which chapter 19 and some tests need

# `make clean` goes back to the pinned versions.
oldest: .venv/.arrays  ## install the oldest versions that bcelib allows
	$(BIN)/uv pip compile --quiet --resolution lowest-direct --no-deps --only-binary :all: \
	  --extra notebooks pyproject.toml -o .venv/oldest.txt
	$(BIN)/uv pip install --quiet -r .venv/oldest.txt

pdf: .venv/.test $(SITE)/.built  ## print the course and each page of it, with Chromium, beside the pages
	$(BIN)/python book/pdf.py

zip: $(SITE)/.built  ## pack the site, with its PDFs if they were made, into one file to read from a folder
	$(BIN)/python book/offline.py

lite: .venv/.test $(SITE)/.built  ## put JupyterLite beside the pages: the chapters run in the reader's browser
	$(BIN)/python book/lite.py

# The last version that runs on Node 20.
LIGHTHOUSE := lighthouse@12.8.2
lighthouse: $(SITE)/.built  ## measure each page, or PAGES, with Lighthouse as on a phone (needs Node and Chromium)
	@command -v npm >/dev/null || { echo "make lighthouse needs Node >= 20.11 with npm, and Chromium"; exit 1; }
	npm install --silent --no-audit --no-fund --prefix _build/lighthouse $(LIGHTHOUSE)
	node book/lighthouse.mjs $(PAGES)

serve: book  ## show the site at http://localhost:8000 (PORT=8000)
	$(BIN)/python -m http.server --bind localhost --directory $(SITE) $(PORT)

refresh: .venv/.book  ## execute the chapters again and store normalised outputs
	$(BIN)/python book/refresh.py $(CHAPTERS)

lint: .venv/.test  ## check the style of the Python code, in notebooks too, and its types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: .venv/.test  ## branch coverage of bcelib and autograder, into _build/coverage
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-report=html:_build/coverage \
	  $(PACKAGE) $(GRADER)

# In the file of its name, or in TESTS, stand the tests that ought to see a change.
MODULE ?= bcelib/losses.py
mutants: .venv/.test  ## change MODULE a little, again and again: which of SAMPLE changes do TESTS not see?
	$(BIN)/python tests/mutants.py $(MODULE) $(addprefix --sample ,$(SAMPLE)) $(addprefix --seed ,$(SEED)) \
	  $(and $(TESTS),--tests $(TESTS))

links: .venv/.book  ## ask whether what the book links to is still there
	$(BIN)/jupyter-book build . --builder linkcheck --path-output _build/links

dist: .venv/.test  ## build bcelib as it is published, into dist
	rm -rf dist
	$(BIN)/uv build --quiet

# The largest set is pinned first; its pins then constrain the others.
LOCK = $(BIN)/uv pip compile --quiet --universal --prerelease disallow --python-version 3.11 \
         --custom-compile-command "make lock" $(UPGRADE)
lock: .venv/.test  ## pin the requirements again from pyproject.toml (UPGRADE=--upgrade)
	echo "-e .[dev]"    | $(LOCK) - -o requirements-dev.txt
	grep -v '^-e' requirements-dev.txt > .venv/pins.txt
	echo "-e .[book]"   | $(LOCK) - -c .venv/pins.txt -o requirements.txt
	echo "-e .[notebooks]" | $(LOCK) - -c .venv/pins.txt -o .binder/requirements.txt
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
	rm -rf .venv $(BENCH) _build dist bcelib.egg-info .coverage* .pytest_cache .hypothesis .mypy_cache .ruff_cache

PIP := -m pip install --quiet --disable-pip-version-check

# ---- files --------------------------------------------------------------------

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  f"Python 3.11 or newer is needed; $(PYTHON) is {sys.version.split()[0]}. Try: make PYTHON=python3.13")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/.book: requirements.txt pyproject.toml | .venv/.made
	$(BIN)/python $(PIP) -r $<
	touch $@

.venv/.test: requirements-dev.txt | .venv/.book
	$(BIN)/python $(PIP) -r $<
	touch $@

# PyPI's PyTorch for Linux brings gigabytes of CUDA. TORCH_INDEX may name an index of
# builds without, https://download.pytorch.org/whl/cpu; nothing else is taken from there.
TORCH = $(if $(TORCH_INDEX),$(1)/python $(PIP) --no-deps --index-url $(TORCH_INDEX) \
          $$(grep -o '^torch==[^ ;]*' $(2)))

.venv/.arrays: requirements-arrays.txt | .venv/.test
	$(call TORCH,$(BIN),$<)
	$(BIN)/python $(PIP) -r $<
	touch $@

$(BENCH)/.made: benchmarks/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(call TORCH,$(BENCH)/bin,$<)
	$(BENCH)/bin/python $(PIP) -r $<
	touch $@

# An incremental build leaves changed static files uncopied, hence --all.
$(SITE)/.built: .venv/.book $(SOURCES)
	$(BIN)/jupyter-book build . --all -W --keep-going
	touch $@
