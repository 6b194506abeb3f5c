# Every target makes the environment it needs; a second run finds it ready.
#   PYTHON=/path/to/python3 make setup     another Python (3.11 or newer)
#   make demo ARGS="--dir DIR"             arguments for the program behind a target

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PYTHON
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

PY := .venv/bin/python
PYTEST := $(PY) -m pytest
# Four at a time on two cores, a file in one place: most of the long tests wait for others.
BOTH := -q -n 4 --dist loadfile --no-loadscope-reorder --durations 12
# Tests that need the server; all others of these folders run in the base install, once.
SERVER := $(addprefix tests/doors/,test_demo.py test_endpoints.py test_server_commands.py test_server_rooms.py \
	test_mail.py)
IN_BASE := tests/vc tests/vcapi tests/foundation \
	$(filter-out tests/doors/test_cli.py $(SERVER),$(wildcard tests/doors/test_*.py))
# Choose their own database, whatever the others run on.
ONCE := tests/rooms/issuing/test_full_disk.py tests/kernel/test_outages.py
STORED := tests/contract tests/kernel tests/rooms tests/doors/test_endpoints.py tests/doors/test_server_commands.py
DEV := .venv/.ready
BASE := .venv-base/.ready
BADGESLIB := .venv-openbadgeslib/.ready
FUZZ := .venv-fuzz/.ready
NODE := tests/interop/node_modules/.ready

BOOTSTRAP := tools/bootstrap.sh requirements/bootstrap.txt
SOURCES := $(shell find src -type f ! -name '*.pyc' 2>/dev/null)

.PHONY: help setup demo test test-base test-all test-postgres rabbitmq browser interop check format docs bench pictures accessible fuzz fuzz-guided translations vendor lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(DEV) ## make the environment in .venv
	@echo "ready: .venv/bin/cairn --help"

demo: $(DEV) ## build a small university, issue to 570 real learners, verify and serve
	@$(PY) examples/demo.py $(ARGS)

test: test-base test-all test-postgres ## all tests, on both databases, and the base install

test-base: $(BASE)
	@.venv-base/bin/python tools/base_install.py
	@.venv-base/bin/python -m pytest $(BOTH) -o pythonpath=. tests/vc tests/vcapi tests/doors tests/foundation

test-all: $(DEV) $(NODE) $(BADGESLIB) rabbitmq browser
	@$(PYTEST) $(BOTH) $(addprefix --ignore=,$(IN_BASE)) $(ARGS)

test-postgres: $(DEV) rabbitmq ## what touches a database, on PostgreSQL
	@CAIRN_TEST_DATABASE=postgres $(PYTEST) $(BOTH) $(STORED) $(addprefix --ignore=,$(ONCE)) $(ARGS)

browser:
	@sh tools/bootstrap.sh browser

rabbitmq:
	@sh tools/bootstrap.sh rabbitmq

interop: $(DEV) $(NODE) $(BADGESLIB) ## only the tests against software we did not write
	@$(PYTEST) -m interop $(ARGS)

check: $(DEV) ## format, lint, types, import floors, locks, bundled data, docs
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) tools/lock.py --check
	@$(PY) tools/vendor.py --check
	@$(PY) tools/assets.py --check
	@$(PY) tools/reference.py --check
	@$(PY) tools/translate.py --check
	@$(PYTEST) -q tests/architecture

format: $(DEV) ## rewrite the code in the house format
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

docs: $(DEV) ## write the reference tables again from the code
	@$(PY) tools/reference.py

bench: $(DEV) $(NODE) browser ## how many a second, beside other software
	@$(PY) bench/run.py $(ARGS)
	@$(PY) bench/issuing.py $(filter --quick --write,$(ARGS))
	@$(PY) bench/pages.py $(filter --quick --write,$(ARGS))
	@$(if $(filter --write,$(ARGS)),$(PY) bench/page.py)

pictures: $(DEV) ## take a picture of each page of the demonstration, for the documents
	@$(PY) tools/pictures.py $(ARGS)

accessible: $(DEV) browser ## look for what shuts people out, on every page, at every width, in both themes
	@$(PYTEST) -q -n 2 tests/journeys/every_page.py $(ARGS)

fuzz: $(DEV) ## throw random input at every reader
	@$(PY) tests/fuzz/run.py $(ARGS)

fuzz-guided: $(DEV) $(FUZZ) ## look for inputs that reach new lines of the parsers, and keep them
	@$(PY) tests/fuzz/guided.py $(ARGS)

translations: $(DEV) ## gather the texts of the pages for translators, and compile theirs
	@$(PY) tools/translate.py

vendor: $(DEV) $(NODE) ## compare the bundled contexts and schemas with published copies
	@$(PY) tools/vendor.py $(ARGS)
	@$(PY) tools/assets.py $(ARGS)

lock: $(DEV) ## resolve the dependencies again and pin them by hash
	@$(PY) tools/lock.py

clean: ## remove the environments and caches
	rm -rf .venv .venv-base .venv-fuzz .venv-openbadgeslib tests/interop/node_modules
	rm -rf .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(DEV): $(BOOTSTRAP) requirements/dev.txt pyproject.toml
	@sh tools/bootstrap.sh dev

$(BASE): $(BOOTSTRAP) requirements/base-test.txt pyproject.toml $(SOURCES)
	@sh tools/bootstrap.sh base-test

$(BADGESLIB): $(BOOTSTRAP) requirements/openbadgeslib.txt
	@sh tools/bootstrap.sh openbadgeslib

$(FUZZ): $(BOOTSTRAP) requirements/fuzz.txt
	@sh tools/bootstrap.sh fuzz

$(NODE): tools/bootstrap.sh tests/interop/package.json tests/interop/package-lock.json
	@sh tools/bootstrap.sh node
