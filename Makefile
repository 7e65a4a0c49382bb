PORT ?= 8501
PYTHON ?= python3
QUICK = tests/test_architecture.py tests/stage tests/ui/test_link.py tests/ui/test_scene.py tests/ui/test_scene_file.py \
	tests/ui/test_arithmetic.py tests/landscapes/test_formula_written.py tests/landscapes/test_formula_refusals.py

.PHONY: run check test style types suite browser bench load hostile mutants lock audit clean

run: .venv/run.stamp
	.venv/bin/streamlit run app.py --server.port $(PORT)

# Lint, types, and the tests that need neither a browser nor compilation: a minute, for the work in between.
check: style types
	.venv/bin/python -m pytest -q -n 2 $(QUICK)

# Lint and types stand beside the tests, and the browser is installed beside the packages: each waits for another thing.
test:
	$(MAKE) --jobs=3 style types suite

style: .venv/test.stamp
	.venv/bin/ruff check
	.venv/bin/ruff format --check

types: .venv/test.stamp
	.venv/bin/pyright --pythonpath .venv/bin/python

suite: .venv/test.stamp browser
	CHROMIUM="$$($(PYTHON) -m tests.chromium)" && export CHROMIUM && .venv/bin/python -m pytest -n 2 --dist worksteal

browser: .venv/bin/python
	$(PYTHON) -m tests.packages
	$(PYTHON) -m tests.chromium

bench: .venv/test.stamp
	.venv/bin/python -m benchmarks

# A class on one server of its own, on loopback: make load READERS=50 DRAGGERS=50 MAKERS=2 SECONDS=30
READERS ?= 50
DRAGGERS ?= 50
MAKERS ?= 2
SECONDS ?= 30

load: .venv/test.stamp
	.venv/bin/python -m benchmarks.load --readers $(READERS) --draggers $(DRAGGERS) --map-makers $(MAKERS) --seconds $(SECONDS)

# 100,000 hostile messages and connections beside one visitor: minutes.
hostile: .venv/test.stamp
	.venv/bin/python -m benchmarks.hostile

# An hour or two: do the tests notice 200 wrong products, drawn at random?
mutants: .venv/test.stamp
	.venv/bin/python -m tests.mutants

# The hashes of all packages anew, after requirements.txt has changed.
lock: .venv/tools.stamp
	.venv/tools/bin/pip-compile --quiet --generate-hashes --no-header --no-annotate --strip-extras --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --output-file .venv/hashes.txt requirements.txt
	{ sed -n '/^#/p' deploy/requirements.lock; sed '/^$$/d' .venv/hashes.txt; } > .venv/requirements.lock
	mv .venv/requirements.lock deploy/requirements.lock

# What is known against the packages, where their registry answers, and what they are, as CycloneDX lists it (sbom.json).
audit: .venv/tools.stamp
	.venv/tools/bin/cyclonedx-py requirements requirements.txt --of JSON -o sbom.json
	.venv/tools/bin/pip-audit --requirement deploy/requirements.lock --require-hashes --disable-pip

clean:
	rm -rf .venv .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Made anew only when the requirements have changed; the tests' packages come on top of the app's, and what of them is
# imported is compiled then: they are 20,000 files, of which the tests import a part.
.venv/run.stamp: requirements.txt | .venv/bin/python
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/test.stamp: requirements-dev.txt requirements-redis.txt .venv/run.stamp
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt
	touch $@

.venv/tools.stamp: | .venv/bin/python
	$(PYTHON) -m venv .venv/tools
	.venv/tools/bin/python -m pip install --quiet --disable-pip-version-check pip-tools==7.6.2 pip-audit==2.10.1 cyclonedx-bom==7.5.0
	touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Descent Lab needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu install python3-venv, then try again."; exit 1; }
