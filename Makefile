# A fresh machine needs `make demo` and `make test`; both set up what they need.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PEERS ?= .peers
BENCHES ?= $(filter-out bench/hugo_site.py,$(wildcard bench/*.py))
PORT ?= 8000
JOBS ?= auto

.PHONY: demo serve test lint messages bench soak fuzz clean setup tools

# The stamp renews the installation whenever the requirements change.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(VENV)/.installed

# Publish the demo episodes into public/, then say how to hear them.
demo: setup
	$(BIN)/lornpod publish
	@echo
	@echo "Published into public/. To hear the episodes, run"
	@echo "    make serve"
	@echo "and add one of these addresses to a podcast app on this machine:"
	@$(BIN)/lornpod feeds --addresses

serve: setup
	$(BIN)/lornpod serve --published --port $(PORT)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Merge what the source says to people into the catalogues of other languages, and compile them.
messages: setup
	$(BIN)/python docs/messages.py

# Readers and programs that are not ours, for tests and benchmarks to ask.
tools:
	tests/tools/install

test: lint tools
	$(BIN)/pytest -n $(JOBS)

# A program to run against, in an environment of its own: it asks for another botocore than boto3 does.
$(PEERS)/.installed:
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check awscli
	@touch $@

bench: setup tools $(PEERS)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@for script in $(BENCHES); do echo "== $$script"; \
	PYTHONPATH=. PATH="$(CURDIR)/$(PEERS)/bin:$(CURDIR)/$(BIN):$$PATH" $(BIN)/python $$script || exit 1; done

# Kill publishers at every moment of a publish while a subscriber reads; time hours of hard speech.
soak: setup tools
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.align_stress
	LORNPOD_CASE=whole $(BIN)/pytest -q -rP tests/test_align_case.py

# A hundred thousand damaged files for all that reads what others write: no traceback, no hang, no harm.
fuzz: setup tools
	$(BIN)/python -m tests.fuzz
	$(BIN)/python -m tests.fuzz_audio
	LORNPOD_EXAMPLES=new $(BIN)/pytest -q -n $(JOBS) -m hypothesis

clean:
	rm -rf build public dist .pytest_cache .mypy_cache .ruff_cache .hypothesis $(VENV) $(PEERS) tests/tools/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
