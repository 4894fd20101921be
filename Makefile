# Each target does all the set-up it needs, once, in .venv: a machine needs only Python 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: learn compare test lint types bench site clean

learn: .venv/.installed-lab  ## the course: your copy in tandem-course, and the lesson you are at
	$(BIN)/tandem learn init tandem-course
	cd tandem-course && ../$(BIN)/tandem learn

compare: .venv/.installed-lab  ## the main job: one app, three servers, one report
	$(BIN)/tandem compare examples.tasks --out tandem-report

test: .venv/.installed-test  ## every test, with branch coverage
	$(BIN)/pytest --cov --cov-report=term --cov-fail-under=95

lint: .venv/.installed-lint  ## style, imports, docstrings, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.installed-lint  ## two strict type checkers
	$(BIN)/mypy
	@# each lesson has an app.py, so they are looked at one by one; a solution has its lesson's files
	for folder in $$(find lessons -name '*.py' -exec dirname {} + | sort -u); do \
	    MYPYPATH=lessons/$$(basename $$folder) $(BIN)/mypy --no-error-summary $$folder/*.py \
	    || exit 1; done
	$(BIN)/pyright

bench: .venv/.installed-bench  ## Tandem beside a bare callable and its peers, in one run
	$(BIN)/python -m benchmarks

site: .venv/.installed-site  ## the course as a site: build/course/site/index.html
	$(BIN)/python -m lab.learn.site build/course
	cd build/course && $(CURDIR)/$(BIN)/zensical build --strict

clean:
	rm -rf .venv build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis tandem-report

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed-lab: EXTRAS = serve,lab
.venv/.installed-test: EXTRAS = test
.venv/.installed-lint: EXTRAS = test,lint
.venv/.installed-bench: EXTRAS = bench
.venv/.installed-site: EXTRAS = site
.venv/.installed-%: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[$(EXTRAS)]"
	@touch $@
