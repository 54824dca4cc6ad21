# Watchfloor: everything a developer or a newcomer does, in one place.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo wall test check unit journeys bench fuzz messages schema keys pictures lock clean

help:
	@echo "make demo      open the program on a simulated floor (ARGS='--agents 200 --speed 10')"
	@echo "make wall      the same for a screen on the wall"
	@echo "make test      install the test tools; lint, types, import rules, all tests"
	@echo "make bench     measure speed against peers and limits"
	@echo "make fuzz      a million mangled lines through the reader and the store"
	@echo "make messages  gather texts for translation, compile the catalogues"
	@echo "make docs      write the generated pages: keys, event schema, pictures"
	@echo "make lock      choose new exact versions"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Watchfloor needs Python 3.11 or newer: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
		rm -rf $(VENV) && $(PYTHON) -m venv --without-pip $(VENV) && \
		$(PYTHON) -m pip --disable-pip-version-check --quiet --python $(VENV)/bin/python install pip; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what requirements.lock names …"
	@$(PIP) install --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@echo "Installing the test tools …"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

demo: $(VENV)/.installed
	@$(BIN)/watchfloor demo $(ARGS)

wall: $(VENV)/.installed
	@$(BIN)/watchfloor demo --wall $(ARGS)

test: check unit

check: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

unit: $(VENV)/.installed-test
	$(BIN)/pytest -n 2 --dist worksteal

journeys: $(VENV)/.installed-test
	$(BIN)/pytest tests/journeys

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.run $(ARGS)

fuzz: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.fuzz_queue_log --lines 1000000 --store $(ARGS)

messages: $(VENV)/.installed-test
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k pgettext:1c,2 --no-location --omit-header --sort-output -o build/watchfloor.pot app commands screens widgets store seed main.py
	$(BIN)/pybabel -q update -D watchfloor -i build/watchfloor.pot -d app/locale --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -D watchfloor -d app/locale

docs: schema keys pictures

schema: $(VENV)/.installed
	$(BIN)/watchfloor event-schema > docs/events.schema.json

keys: $(VENV)/.installed
	$(BIN)/python -m screens.actions > docs/keys.md

pictures: $(VENV)/.installed-test
	$(BIN)/python -m tests.pictures docs/pictures

lock: | $(VENV)/bin/python
	$(PIP) install uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header --extra build --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
