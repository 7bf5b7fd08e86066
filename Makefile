PYTHON ?= python3

.PHONY: setup
setup:  ## make .venv from the lock, with what the system needs
	@$(PYTHON) packaging/bootstrap.py
