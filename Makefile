# Two commands do everything on a fresh machine: `make run` and `make test`.  `make fast` is for in
# between: no browser, no other process.  `make ci-extras` installs what some tests need beside.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8501
ADDRESS ?= localhost
BIN := $(VENV)/bin

.PHONY: run test check unit fast manual mutants ci-extras audit wheel clean

run: $(VENV)/.run-ready
	$(BIN)/python -m hts app --port=$(PORT) --address=$(ADDRESS)

test: $(VENV)/.test-ready check unit

check: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy examples/typed_use.py

# Tests that watch programs at work leave half of the cores idle: the others fill them, at a lower
# priority, and say last what they came to.  On two crowded cores a test can fail for reasons that
# have nothing to do with what it tests, so tests that failed run once more, with the machine to
# themselves; both outcomes are printed.  After three that fail again it stops.
APART := alone or gpu
PYTEST := $(BIN)/python -m pytest -o cache_dir=.pytest_cache
AGAIN := --last-failed --maxfail=3
unit: $(VENV)/.test-ready
	HTS_CHROMIUM="$$($(BIN)/python tests/support/chromium.py)"; export HTS_CHROMIUM; \
	OMP_NUM_THREADS=1 nice -n 14 $(PYTEST)/others -n 2 --dist loadfile -m "not ($(APART))" \
		> $(VENV)/others.txt 2>&1 & others=$$!; trap "kill $$others" INT TERM; \
	$(PYTEST)/apart -m "$(APART)"; apart=$$?; \
	wait $$others; others=$$?; cat $(VENV)/others.txt; \
	test $$apart -ne 1 || { $(PYTEST)/apart $(AGAIN); apart=$$?; }; \
	test $$others -ne 1 || { OMP_NUM_THREADS=1 $(PYTEST)/others $(AGAIN); others=$$?; }; \
	exit $$((apart || others))

fast: $(VENV)/.test-ready
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not (browser or process or slow or gpu)"

# How many small changes to the core files their tests notice; half an hour on an idle core.
mutants: $(VENV)/.test-ready
	$(BIN)/python -m bench mutants --json

ci-extras: $(VENV)/.test-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-ci.txt
	tests/support/ci_packages.sh $(BIN)/python

# Known holes in what is installed, by the advisories of PyPI; needs the network, so `make test`
# leaves it out.  A build's own mark ("2.13.0+cpu") is no version that PyPI knows.
audit: $(VENV)/.run-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip-audit>=2.7,<3"
	$(BIN)/python -m pip list --format=freeze | sed 's/+.*//' > $(VENV)/installed.txt
	$(BIN)/python -m pip_audit --strict --no-deps --disable-pip --progress-spinner off -r $(VENV)/installed.txt

$(VENV)/.run-ready: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.test-ready: requirements.txt requirements-hosted.txt requirements-dev.txt tests/support/chromium.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python tests/support/chromium.py --install
	touch $@ $(VENV)/.run-ready

# The distribution, into dist/: what `pip install` takes.
wheel: $(VENV)/.test-ready
	$(BIN)/python -m hatchling build

# The manual as a site that needs no network; a warning is an error.
manual: $(VENV)/.test-ready
	$(BIN)/python -m sphinx -W --keep-going -q -d build/doctrees docs build/manual

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache
