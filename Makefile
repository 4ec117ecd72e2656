# Needs Python 3.11 or later and make. `make chat` for the product, `make test` for the tests.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: chat test lint format lock

chat: .venv/ready
	$(BIN)/seodang chat

test: .venv/ready
	$(BIN)/pytest

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One environment for everything, at exactly the locked versions.
.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable ".[dev]"
	touch $@

# Newest versions that fit pyproject.toml -> requirements.lock.
lock:
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --upgrade pip
	.venv-lock/bin/python -m pip install --quiet ".[dev]"
	.venv-lock/bin/python -m pip freeze --exclude seodang | sed -e 's/^torch==\([0-9.]*\).*/torch==\1/' -e '/ @ /d' > requirements.lock
	rm -rf .venv-lock
