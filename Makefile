# Every target makes the environment it needs; nothing has to be installed by hand but Python, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
# Debian's packages that tests and pictures use: a browser, and fonts for signs and other scripts.
SYSTEM := chromium fonts-dejavu-core fonts-noto-color-emoji
# A Matrix homeserver for the tests, in an environment of its own: it pins what it needs.
SYNAPSE := .synapse
.PHONY: help demo run test system synapse lint prove mutants bench bench-accuracy bench-firestorm explained clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

# The stamps are newer than pyproject.toml once that set of dependencies is in.
$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[all]'
	@touch $@

$(BIN)/.installed-dev: $(BIN)/.installed
	$(BIN)/pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet --group dev
	@touch $@

demo: $(BIN)/.installed ## A small firm's week in a minute: complaints, owners, a storm, the digest
	@$(BIN)/tocsin demo

run: $(BIN)/.installed ## Run the daemon on ./tocsin.toml
	@$(BIN)/tocsin run --config tocsin.toml

lint: $(BIN)/.installed-dev ## Formatting, linting and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Without them, or without the right to install them, the tests that need them are left out.
system: ## Debian's packages for the tests with a real browser; needs root, else nothing is done
	@command -v chromium >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	    && apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SYSTEM) \
	      >/dev/null; \
	} || echo "No Chromium: the tests that need a browser are left out."

$(SYNAPSE)/.installed:
	@rm -rf $(SYNAPSE)
	@$(PYTHON) -m venv $(SYNAPSE) \
	  && $(SYNAPSE)/bin/pip install --quiet --only-binary :all: "matrix-synapse>=1.163,<2" \
	  && touch $@ \
	  || { rm -rf $(SYNAPSE); echo "No Synapse: the tests that need a homeserver are left out."; }

synapse: $(SYNAPSE)/.installed ## A Matrix homeserver for the tests, beside the environment

test: lint system synapse ## Linters, types and every fast test
	$(BIN)/pytest -n 2 -m "not prove"

# The unit is masked first, or Debian would start it as a service of this machine.
ALERTMANAGER := prometheus-alertmanager
UNIT := /etc/systemd/system/$(ALERTMANAGER).service
INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
.PHONY: alertmanager
test: alertmanager
alertmanager: ## An Alertmanager for the tests; needs root, else nothing is done
	@command -v $(ALERTMANAGER) >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	    && mkdir -p $(dir $(UNIT)) && ln -sf /dev/null $(UNIT) \
	    && { $(INSTALL) $(ALERTMANAGER) || { apt-get update && $(INSTALL) $(ALERTMANAGER); }; } \
	      >/dev/null 2>&1; \
	} || echo "No Alertmanager: the tests that need one are left out."

prove: $(BIN)/.installed-dev ## The slow proofs: long random runs, kill -9 at every numbered point
	$(BIN)/pytest -n 2 -m prove -s

mutants: $(BIN)/.installed-dev ## Change each line of the decisions: does a test notice? (long)
	$(BIN)/python -m bench.mutation

bench: $(BIN)/.installed-dev ## Print every figure the docs claim
	$(BIN)/python -m bench

bench-accuracy: $(BIN)/.installed-dev ## Measure how well posts are understood; writes docs/accuracy.md
	$(BIN)/python -m bench.card

# Needs numpy, which nothing else does, and the recorded data beside the project.
bench-firestorm: $(BIN)/.installed-dev ## Measure how early and surely a firestorm is noticed (long)
	$(BIN)/python -m bench.firestorm_card

.PHONY: picture
picture: $(BIN)/.installed-dev ## Draw docs/firestorm.svg anew, from the demo's storm
	$(BIN)/python -m bench.picture

explained: $(BIN)/.installed-dev ## Explain the twenty hard posts anew; read the difference
	@$(BIN)/python -m tests.scenarios.explaining

clean: ## Remove the environment and everything made by tools
	rm -rf $(VENV) $(SYNAPSE) .mypy_cache .ruff_cache .hypothesis build dist
