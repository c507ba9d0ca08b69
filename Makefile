# The words that people and the build machine use. `make help` explains them.

PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_SYSTEM_CERTS := true

.PHONY: help run admin test check format messages lock train evaluate compare bench backup restore clean-data install install-dev
.DELETE_ON_ERROR:

help:
	@echo 'make run                 start everything; the address is printed   (PORT=8000 HOST=127.0.0.1)'
	@echo 'make admin EMAIL=…       make an administrator; asks for the password'
	@echo 'make backup FILE=…       database and pictures into one file'
	@echo 'make restore FILE=…      and back again   (FORCE=1 replaces what is there)'
	@echo 'make clean-data          remove the private database, pictures and mails of this checkout'
	@echo 'make check               the quick part of the tests: no running product, no browser'
	@echo 'make test                everything: style, types, architecture, settings, all tests'
	@echo 'make format              put the code into the one style'
	@echo 'make messages            collect what is to be translated into locale/'
	@echo 'make train evaluate      train the networks; write the model card   (HDR_DATA=folder of the data)'
	@echo 'make compare             set nine other methods beside ours   (HDR_DATA=folder; under 20 minutes)'
	@echo 'make bench               measure speed and memory under load'
	@echo 'make lock                pin the requirements anew'

# --- Installing: into .venv, pinned by hash; a second time it does nothing and needs no network -----------------------

$(VENV)/installed-installer: requirements/install.txt
	@sh .ci/make-venv $(VENV)
	@touch $@

$(VENV)/installed-runtime: $(VENV)/installed-installer requirements/runtime.txt
	@sh .ci/install $(VENV) requirements/runtime.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed-runtime requirements/dev.txt
	@sh .ci/install $(VENV) requirements/runtime.txt requirements/dev.txt
	@touch $@

.venv-train/installed: requirements.txt requirements/install.txt
	@sh .ci/make-venv .venv-train
	@sh .ci/install .venv-train requirements.txt
	@touch $@

.venv-train/installed-dev: .venv-train/installed requirements/dev.txt
	@sh .ci/install .venv-train requirements.txt requirements/dev.txt
	@touch $@

install: $(VENV)/installed-runtime
install-dev: $(VENV)/installed-dev

# --- Running ------------------------------------------------------------------------------------------------------------

run: install
	@exec $(PY) -m hdr_site.launcher run --host $(HOST) --port $(PORT)

admin: install
	$(if $(EMAIL),,$(error Say whose account it is: make admin EMAIL=you@example.org))
	@exec $(PY) -m hdr_site.launcher admin "$(EMAIL)"

backup: install
	$(if $(FILE),,$(error Say where to: make backup FILE=backup.tar))
	@exec $(PY) -m hdr_site.launcher backup "$(FILE)"

restore: install
	$(if $(FILE),,$(error Say from where: make restore FILE=backup.tar))
	@exec $(PY) -m hdr_site.launcher restore "$(FILE)" $(if $(filter 1,$(FORCE)),--force)

clean-data: install
	@exec $(PY) -m hdr_site.launcher clean-data

# --- Working on it --------------------------------------------------------------------------------------------------------

test: install-dev .venv-train/installed-dev
	@exec sh .ci/test all

check: install-dev
	@exec sh .ci/test quick

format: install-dev
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

messages: install-dev
	@exec $(PY) -m hdr_site.collecting_messages

train: .venv-train/installed
	@.venv-train/bin/python -m ml.train $(if $(HDR_DATA),--data "$(HDR_DATA)") --out ml/weights
	@.venv-train/bin/python -m ml.finding.train $(if $(HDR_DATA),--data "$(HDR_DATA)") --out ml/weights
	@.venv-train/bin/python -m ml.tuning $(if $(HDR_DATA),--data "$(HDR_DATA)")
	@exec .venv-train/bin/python -m ml.in_page

evaluate: .venv-train/installed
	$(if $(HDR_DATA),,$(error Say where the data lies: make evaluate HDR_DATA=folder))
	@exec .venv-train/bin/python -m ml.scoring.report --data "$(HDR_DATA)"

compare: .venv-train/installed-dev
	$(if $(HDR_DATA),,$(error Say where the data lies: make compare HDR_DATA=folder))
	@exec .venv-train/bin/python -m ml.scoring.compare --data "$(HDR_DATA)"

bench: install-dev
	@exec $(PY) -m benchmarks

COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11
lock: $(VENV)/installed-installer
	$(COMPILE) requirements/install.in -o requirements/install.txt
	$(COMPILE) requirements/runtime.in -o requirements/runtime.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) -c requirements/runtime.txt -c requirements/dev.txt requirements/runtime.in requirements/train.in -o requirements.txt
