# One command for each thing people do here; `make help` lists them.
# Needs only Python 3.11 or newer, pip, make and git. Another Python: make PYTHON=python3.12 ...

UV      := 0.13.9
BIN     := .venv/bin
PYTHONS := $(or $(PYTHON),python3.11 python3 python3.12 python3.13 python)
PIP     := $(BIN)/python -m pip install -q --disable-pip-version-check
CODE    := processes analysis flows
# One worker a processor, each with a part of the files, so that what a file makes once is made once; who has done his
# part takes of the others'.
PYTEST  := $(BIN)/pytest -q -n auto --maxprocesses 8 --dist worksteal

# Nothing calls home, whatever the shell has set.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

# Python keeps what it has compiled: else each of the many processes that tests start compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all lint format lock bench clean

help:  ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: .venv/.done  ## people, registries, every procedure redesigned and drawn, 1,000 cases run both ways
	$(BIN)/sekali demo

test: .venv/.done  ## everything that must hold: format, lint, types, contracts, doctests, tests
	@$(MAKE) --no-print-directory lint & \
	$(PYTEST) -m "not slow and not postgres and not browser"; tested=$$?; \
	wait $$! && exit $$tested  # types take half a minute of one processor, beside the tests

test-all: .venv/.done  ## the tests that are slow or want PostgreSQL or a browser; skips aloud what is not there
	$(PYTEST) -m "slow or postgres or browser" -rs || { code=$$?; \
		[ $$code -eq 5 ] && echo "No test is marked slow, postgres or browser yet." || exit $$code; }

lint: .venv/.done  ## format check, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-cache --no-logo

format: .venv/.done  ## put the code in order
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: .venv/.done  ## choose versions anew and write them to requirements.lock
	$(BIN)/uv pip compile -q --system-certs pyproject.toml --group dev --universal --upgrade \
		--generate-hashes --no-annotate --no-header -o requirements.lock

bench: .venv/.done  ## measure speed
	$(BIN)/python -m benchmarks

clean:  ## remove the environment and everything made here
	rm -rf .venv build dist sekali-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(CODE) tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# The environment. uv is quick; where it cannot be had or fails, pip reads the same lock.
.venv/.done: requirements.lock pyproject.toml
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making .venv with $$("$$python" --version)"; \
			exec "$$python" -m venv .venv; \
		fi; \
	done; \
	echo "Sekali needs Python 3.11 or newer with venv and pip. Not found in: $(PYTHONS)." >&2; \
	echo "If it is elsewhere: make PYTHON=/where/it/is/python3.11 ..." >&2; exit 1
	@if $(PIP) "uv==$(UV)" && $(BIN)/uv pip sync -q -p .venv --system-certs --require-hashes requirements.lock; then :; else \
		echo "uv cannot be had: pip installs the same lock, which takes some minutes."; \
		$(PIP) --require-hashes -r requirements.lock; \
	fi
	@$(PIP) --no-deps --no-index --no-build-isolation -e .
	@touch $@
