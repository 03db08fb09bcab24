# `make` prints help. Variables go behind a target: make submission PARAMS=params/smoke.yaml
.DEFAULT_GOAL := help
SHELL := /bin/sh

PARAMS ?= params/default.yaml
RUN ?= $(basename $(notdir $(PARAMS)))
GAMES ?= 20
OUT ?= games.jsonl
BASE_PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

# With PYTHON given, that interpreter is used as it is, and only what it lacks is installed.
ifdef PYTHON
PY := $(PYTHON)
READY := use-given-python
else
PY := $(VENV)/bin/python
READY := $(STAMP)
endif

CHOICE = $(PARAMS) $(if $(MODEL),--model $(MODEL)) $(foreach s,$(SET),--set $(s))

.PHONY: help
help:  ## show this help
	@echo "LLM 20 Questions: from a model id to a verified Kaggle submission"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-21s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PARAMS=params/x.yaml  a parameters file (default: params/default.yaml)"
	@echo "  MODEL=org/name        another model from the hub, or a local folder"
	@echo "  SET='key=value ...'   override single parameters, e.g. SET='eda.limit=100'"
	@echo "  PYTHON=python         use this interpreter (as on Kaggle) instead of .venv"

.PHONY: setup
setup: $(READY)  ## create .venv and install requirements.txt, if needed

.PHONY: submission
submission: $(READY)  ## run the chain: a verified submission.tar.gz in runs/<name>/
	@$(PY) -m pipeline run $(CHOICE)

.PHONY: fit
fit: $(READY)  ## will it fit? before the download: MODEL=org/name GPU=t4
	@$(PY) -m pipeline fit $(or $(MODEL),$(PARAMS)) --gpu $(or $(GPU),t4) $(foreach s,$(SET),--set $(s))

.PHONY: status
status: $(READY)  ## which stages are up to date, and why the others are not
	@$(PY) -m pipeline status $(CHOICE)

.PHONY: eda
eda: $(READY)  ## stages 01 and 02 only: how does this model answer?
	@$(PY) -m pipeline run $(CHOICE) --until prompt_eda

.PHONY: arena
arena: $(READY)  ## more games of a finished run: RUN=default GAMES=20 OUT=games.jsonl, or ROW=...
	@$(PY) $(if $(ROW),benchmarks/guesser_games.py $(ROW) --run $(RUN) $(if $(KEYWORDS),--keywords $(KEYWORDS)),-m pipeline arena $(RUN) --games $(GAMES) -o $(OUT))

.PHONY: kaggle
kaggle: $(READY)  ## build/kaggle: a notebook for `kaggle kernels push`: OWNER=your-kaggle-name
	@$(PY) -m pipeline kaggle $(CHOICE) $(if $(OWNER),--owner $(OWNER))

.PHONY: compare
compare: $(READY)  ## several models, same EDA and arena: MODELS="params/a.yaml org/name"
	@$(PY) -m pipeline compare $(MODELS) --base $(PARAMS) $(foreach s,$(SET),--set $(s))

.PHONY: compare-quantization
compare-quantization: $(READY)  ## NF4, FP4, 8 bits or none? size, accuracy and speed of one model
	@$(PY) -m pipeline compare-quantization $(CHOICE)

.PHONY: knowledge
knowledge: $(READY)  ## learn the table in data/ again from its sources (00_knowledge: all of data/)
	@$(PY) -m pipeline knowledge

.PHONY: lab
lab: $(READY)  ## open the notebooks in JupyterLab
	@$(PY) -m jupyterlab notebooks

.PHONY: test
test: $(READY)  ## ruff and pytest; no GPU and no model hub needed
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m pytest

.PHONY: clean
clean:  ## delete runs/ and caches of tools (not .venv, not downloads)
	rm -rf runs build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(STAMP): requirements.txt
	@$(BASE_PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Error: Python 3.11 or later is needed, this is %d.%d. Name one: make setup BASE_PYTHON=python3.11" % v[:2])'
	$(BASE_PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r requirements.txt
	@touch $(STAMP)

.PHONY: use-given-python
use-given-python:
	@$(PY) pipeline/environment.py
