# make demo | make test | make soak | make check | make coverage | make mutants | make audit | make docs | make bench:
# each sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := build/bench-venv
AUDIT := build/audit-venv
DATA ?= data/demo
PORT ?= 8765
ROWS ?= 1000000
RUNS ?= 3

.PHONY: demo test soak check lint coverage audit mutants docs bench format setup setup-dev lock clean

demo: setup
	@$(BIN)/tabularium demo --data "$(DATA)" --port $(PORT)

# The suite on SQLite; then what the database decides again on PostgreSQL, where one is given.
# Each file to one process, in the order in which tests/conftest.py puts them.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
# The public files are submitted whole once: what they are is decided before a database is asked.
AGAIN := --on-another-database -m "not data"
ON_POSTGRESQL := tests/accounts tests/api tests/demo tests/desk tests/intake tests/lines tests/notices tests/operation \
    tests/public tests/register tests/reply tests/upkeep tests/cli/test_killed.py \
    tests/cli/test_backing_up.py tests/log/test_crimes.py tests/log/test_extending.py tests/log/test_killed.py \
    tests/log/test_leaves.py tests/opendata/test_last_build.py
# Of words, pages and HTTP: the selectors and services under them are tried on both, and so is every route by
# tests/lines and each app's count of queries. `make soak` leaves none of them out.
NOT_AGAIN := $(if $(TABULARIUM_SOAK),,$(addprefix --ignore=tests/, \
    accounts/test_first_password.py accounts/test_header.py accounts/test_sign_on.py accounts/test_signing_in.py \
    api/test_errors.py api/test_reconciling_client.py api/test_refused_submissions.py api/test_schemathesis.py \
    intake/test_recognition.py notices/test_docs.py notices/test_letters.py \
    public/test_catalogue.py public/test_headers.py public/test_own_word.py public/test_pages.py \
    public/test_quality.py public/test_search.py public/test_states.py reply/test_pages.py))
# What Python has compiled once, the many processes that tests start need not compile again.
unexport PYTHONDONTWRITEBYTECODE

test: setup-dev
	@$(BIN)/python -m pytest $(PARALLEL)
	@if [ -n "$$TABULARIUM_TEST_DATABASE" ]; then \
	    TABULARIUM_DATABASE="$$TABULARIUM_TEST_DATABASE" $(BIN)/python -m pytest $(PARALLEL) $(AGAIN) $(NOT_AGAIN) $(ON_POSTGRESQL); \
	else \
	    echo "Not run on PostgreSQL: TABULARIUM_TEST_DATABASE names none (.ci/run starts one)."; \
	fi

# All that the suite leaves out for want of time: every step of every kill, long random stories, every item.
soak: setup-dev
	@TABULARIUM_SOAK=1 $(MAKE) --no-print-directory test
	@$(BIN)/python -m tests.soak.hour

check: lint
	@$(BIN)/python -m pytest -q tests/house

# The part of it that is not in the suite too.
lint: setup-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy tabularium verify bench

# Which lines and ways of tabularium and verify the suite goes, on both databases, with the processes it starts.
# A test that fails only because it is measured, and so slower, does not end it: what it reaches is missing below.
MEASURED := $(BIN)/coverage run -m pytest $(PARALLEL)
UNREACHED := { echo "Tests failed. What they would have reached is not counted." >&2; }

coverage: setup-dev
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(MEASURED) -m "not data" || $(UNREACHED)
	@if [ -n "$$TABULARIUM_TEST_DATABASE" ]; then \
	    TABULARIUM_DATABASE="$$TABULARIUM_TEST_DATABASE" $(MEASURED) $(AGAIN) $(NOT_AGAIN) $(ON_POSTGRESQL) || $(UNREACHED); \
	fi
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage html --quiet --directory build/coverage/html
	@$(BIN)/coverage report --fail-under 95

# Programs that look for holes, in an environment of their own; their rules come from here and not from elsewhere.
audit: $(AUDIT)/.audit
	@$(AUDIT)/bin/bandit --quiet --recursive --configfile requirements/bandit.yml tabularium verify bench
	@SEMGREP_SEND_METRICS=off SEMGREP_ENABLE_VERSION_CHECK=0 $(AUDIT)/bin/semgrep scan --quiet --error --metrics off \
	    --config requirements/semgrep.yml tabularium verify bench
	@$(AUDIT)/bin/python requirements/read_audit.py $(AUDIT)/bin/pip-audit requirements/runtime.lock

# Which changes of the code of core and log no test notices. For a part of it: SAMPLE=300 SEED=1 ONLY=clocks.
mutants: setup-dev
	@for each in core log; do \
	    $(BIN)/python -m tests.mutation $$each --only "$(ONLY)" $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(or $(SEED),1) || \
	        failed=1; \
	done; exit $${failed:-0}

# The documentation as a site, in build/docs.
docs: setup-dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "build/docs/index.html"

format: setup-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Side by side with programs that do a part of it, in an environment of its own that holds them too.
# ROWS=10000000 for the large file. TABULARIUM_BENCH_DATABASE names a PostgreSQL; else one is started where installed.
bench: $(BENCH)/.bench
	@sh bench/with-postgresql.sh TABULARIUM_BENCH_DATABASE \
	    $(BENCH)/bin/python -m bench --rows $(ROWS) --runs $(RUNS) --page docs/performance.md

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements/build.lock requirements/runtime.lock pyproject.toml
	@sh requirements/set-up.sh "$(PYTHON)" "$(VENV)" requirements/runtime.lock
	@touch $@

$(VENV)/.dev: requirements/build.lock requirements/dev.lock pyproject.toml
	@sh requirements/set-up.sh "$(PYTHON)" "$(VENV)" requirements/dev.lock
	@touch $@ $(VENV)/.runtime

$(BENCH)/.bench: requirements/build.lock requirements/bench.lock pyproject.toml
	@sh requirements/set-up.sh "$(PYTHON)" "$(BENCH)" requirements/bench.lock
	@touch $@

$(AUDIT)/.audit: requirements/build.lock requirements/audit.lock
	@sh requirements/set-up.sh "$(PYTHON)" "$(AUDIT)" requirements/audit.lock
	@touch $@

# Needs uv; writes the lock files, with hashes and without any host.
lock:
	for each in build runtime spark tracing dev bench audit; do \
	    uv pip compile -q --universal --python-version 3.11 --override requirements/left-out.in --generate-hashes --no-header \
	        requirements/$$each.in -o requirements/$$each.lock; \
	done

clean:
	rm -rf $(VENV) data build dist .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
