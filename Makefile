# Everything a person does here, each in one word. All of it is plain `python manage.py ...` underneath.
#
#   make run          an encyclopedia at http://127.0.0.1:8000/ (PORT, HOST, WIKI_DATA, SAMPLE=no)
#   make admin NAME=you    the first administrator
#   make setup        all that `make run` does but serve
#   make test         what every change must pass
#   make browser      the tests in a real Chromium (BROWSER_TESTS="browser and thorough": the long ones)
#   make fleet        the tests that start PostgreSQL, pgbouncer, Redis and proxies of their own
#   make editors    the two editors, where npm is at hand; part of `make setup`
#   make bench        saves, merges, growth and imports measured, as ratios of one run
#   make format       put style right where a program can
#   make lock         pin the dependencies again (UPGRADE=--upgrade: to their newest)
#   make wheel        the package, in build/dist/
#   make clean        take away what was made, but no data

PORT ?= 8000
HOST ?= 127.0.0.1
SAMPLE ?= yes
WIKI_DATA ?= var
# Each has a Redis database of its own, and there are sixteen of those.
WORKERS ?= $(shell nproc 2>/dev/null | awk '{ print $$1 < 8 ? $$1 : 8 }' | grep . || echo 2)
PYTHON ?= python3
PYTEST_FLAGS ?=
BROWSER_TESTS ?= browser and not thorough
UPGRADE ?=

override WIKI_DATA := $(abspath $(WIKI_DATA))
export WIKI_DATA
# Hundreds of processes start here: what one has compiled, the next ones find.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# The tools load the settings, and these make a data folder: not the reader's own.
TOOLS_ENV := WIKI_DATA=$(abspath build/tools)
CHROMIUM := $(shell command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome)
NPM := $(shell command -v npm)

# A stamp carries its lock's checksum, so a new lock installs again and an unchanged one costs nothing.
stamp_of = .venv/$(1)-$(shell cksum < requirements/$(1).lock | tr ' ' '-').stamp
RUN_STAMP := $(call stamp_of,run)
DEV_STAMP := $(call stamp_of,dev)

.DELETE_ON_ERROR:
.PHONY: run setup data admin test lint types checks pytest browser fleet editors bench format lock wheel clean help

help:
	@sed -n 's/^#   //p' Makefile

# --- Running ---------------------------------------------------------------------------------------------------
run: setup
	@$(MANAGE) serve --host $(HOST) --port $(PORT)

setup: $(RUN_STAMP) editors
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_pages
	@$(MANAGE) createcachetable
	@$(MANAGE) apply_erasures
	@$(MANAGE) collectstatic --no-input --verbosity 0
ifneq ($(SAMPLE),no)
	@$(MANAGE) import_articles articles/sample --if-empty
endif

admin: $(RUN_STAMP)
	@test -n "$(NAME)" || { echo "Say who: make admin NAME=you"; exit 2; }
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) adduser "$(NAME)" --role administrator

# --- Installing ------------------------------------------------------------------------------------------------
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "MedWiki needs Python 3.11 or newer as $(PYTHON); name another one with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	    { echo "This Python can't make environments: install its venv module (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv .venv

# uv is several times quicker but doesn't read pip's configuration, so where it fails pip has the last word.
define install
	@echo "Installing $(1) ..."
	@mkdir -p build
	@awk '/^[^ #]/ { uv = /^uv==/ } uv' requirements/dev.lock > build/uv.lock
	@command -v uv >/dev/null || test -x $(BIN)/uv || \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r build/uv.lock || true
	@UV=$$(command -v uv || echo $(BIN)/uv); \
	    $$UV pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) || \
	    { echo "uv could not; pip tries."; $(BIN)/python -m pip install --quiet --require-hashes -r $(1); }
	@rm -f $(2)-*.stamp; touch $(3)
endef

$(RUN_STAMP): | $(BIN)/python
	$(call install,requirements/run.lock,.venv/run,$@)

$(DEV_STAMP): | $(BIN)/python
	$(call install,requirements/dev.lock,.venv/dev,$@)

# The two editors are a comfort built where npm is at hand; every page works without them.
EDITOR_SOURCES := $(shell find static/editor -name node_modules -prune -o -type f -print)

editors:
ifneq ($(NPM),)
	@$(MAKE) --silent --no-print-directory static/build/source.js || \
	    echo "The editors could not be built: texts are written in plain boxes until \`make editors\` can."
else
	@echo "There is no npm here, so the editors are not built: texts are written in plain boxes."
endif

static/build/source.js: $(EDITOR_SOURCES)
	@echo "Building the editors ..."
	@cd static/editor && npm ci --silent --ignore-scripts && npm run --silent build

# --- Proving ---------------------------------------------------------------------------------------------------
test: $(DEV_STAMP)
	@$(MAKE) --no-print-directory --jobs=2 lint types
	@$(MAKE) --no-print-directory checks pytest

lint: $(DEV_STAMP)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	@find templates -name '*.html' | xargs -r $(BIN)/djade --target-version 5.2 --check
	$(BIN)/lint-imports --no-cache

types: $(DEV_STAMP)
	$(TOOLS_ENV) $(BIN)/mypy

checks: $(DEV_STAMP)
	$(TOOLS_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(TOOLS_ENV) SITE_URL=https://wiki.example.org SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') \
	    $(BIN)/python manage.py check --deploy --fail-level WARNING

# Each worker goes through the modules one after the other: what is made once for a module is made by one of them.
pytest: $(DEV_STAMP) editors
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(PYTEST_FLAGS)

# Playwright's loop makes Django refuse the database in the whole process: these have one of their own.
browser: $(DEV_STAMP) editors
ifneq ($(CHROMIUM),)
	DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/pytest -q -n $(WORKERS) -m '$(BROWSER_TESTS)' $(PYTEST_FLAGS) tests/browser
else
	@echo "There is no Chromium here (Debian: apt install chromium-headless-shell, or chromium)."; exit 1
endif

fleet: $(DEV_STAMP)
	$(BIN)/pytest -q -m fleet $(PYTEST_FLAGS) tests/fleet

bench: $(DEV_STAMP)
	@$(BIN)/python -m bench.run

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	@find templates -name '*.html' | xargs -r $(BIN)/djade --target-version 5.2

# --- Keeping ---------------------------------------------------------------------------------------------------
PIN := pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet \
    --no-emit-index-url --no-emit-find-links --extra postgres --extra redis $(UPGRADE)

lock: $(DEV_STAMP)
	@mkdir -p build
	@cp requirements/*.lock build/
	@UV=$$(command -v uv || echo $(BIN)/uv); \
	    $$UV $(PIN) --output-file build/run.lock >/dev/null && \
	    $$UV $(PIN) --extra dev --constraint build/run.lock --no-annotate --output-file build/dev.lock >/dev/null
	@for name in run dev; do \
	    { echo "# Pinned and hashed by \`make lock\` from pyproject.toml; not written by hand."; grep -v '^#' build/$$name.lock; } \
	        > requirements/$$name.lock; done

wheel: $(DEV_STAMP) editors
	$(BIN)/hatchling build --target wheel --directory build/dist

clean:
	rm -rf build dist static/build static/editor/node_modules .venv
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
