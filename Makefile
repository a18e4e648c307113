# make run: the chat on http://127.0.0.1:7860.   make test: lint, types and tests.
# Both make .venv and install into it; nothing outside this folder changes.

# The first of these that is Python 3.10 or newer is used; override with make PYTHON=/path/to/python.
PYTHON ?= python3 python3.13 python3.12 python3.11 python3.10 python
VENV = .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help run index test lint format audit clean

help:
	@echo "make run      install, build the index, serve the chat on http://127.0.0.1:7860"
	@echo "make test     install, then lint, types and tests"
	@echo "make index    install, then bring the index up to date with corpus/"
	@echo "make lint     ruff and mypy only"
	@echo "make format   let ruff mend and format the code"
	@echo "make audit    ask on the internet whether weaknesses of the pinned versions are known"
	@echo "make clean    remove .venv, caches and the built index; documents and conversations stay"
	@echo "Another Python: make run PYTHON=/path/to/python"

# `assistant index` exits 1 when it had to leave a file out: the chat serves what could be read.
run: $(VENV)/installed
	@$(BIN)/assistant index || [ $$? -eq 1 ]
	@$(BIN)/python app.py

index: $(VENV)/installed
	@$(BIN)/assistant index

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore=tests/browser
	$(BIN)/python -m pytest tests/browser

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

audit: $(VENV)/installed
	@$(INSTALL) pip-audit
	$(BIN)/pip-audit --strict --no-deps --disable-pip -r constraints.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find index -mindepth 1 ! -name README.md ! -name 'conversations.db*' -exec rm -rf {} +

# A link to a Python that is gone counts as missing, so an upgrade of the system makes a new .venv.
$(BIN)/python:
	@found=; \
	for python in $(PYTHON); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; \
		then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.10 or newer is needed; none was found among: $(PYTHON)." >&2; \
		echo "Install one, or name it: make run PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make virtual environments: its venv module is missing." >&2; \
		echo "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv --clear $(VENV)

# The stamps make a second run cost nothing until one of the two files changes.
$(VENV)/installed: pyproject.toml constraints.txt $(BIN)/python
	@echo "Installing; the first time takes some minutes."
	@$(INSTALL) -e .
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt $(BIN)/python
	@echo "Installing with the tools for development; the first time takes some minutes."
	@$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/installed
