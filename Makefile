# Every target explains itself: `make help`. CI calls these and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BUILD := swift build --explicit-target-dependency-import-check error
TESTS := $(BUILD) --build-tests
# Tests with time limits of their own, which would run out while others keep every processor busy: they run alone.
TIMED := HTTPTransportTests|KerberosTests|NameServiceTests

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: packages
packages: ## Install the Debian packages that are missing (uses sudo)
	@scripts/install-packages

.PHONY: build
build: packages ## Build the programs
	@$(BUILD)

.PHONY: release
release: packages ## Build the programs for use, with the Swift runtime in them
	@scripts/build-release freebusyd freebusyctl

.PHONY: install
install: ## Install what `make release` built, unit and user (as root)
	@scripts/install

.PHONY: transcript
transcript: build ## Make docs/a-day.md again: a day at the terminal
	@scripts/python-environment .venv-programs Tests/Programs/requirements.txt
	@.venv-programs/bin/python3 scripts/make-transcript docs/a-day.md

.PHONY: completions
completions: build ## Write shell completions to .completions (make install puts them in place)
	@scripts/write-completions .build/debug .completions

.PHONY: demo
demo: build ## Show a booking flip a presence (CALENDARS=DIR: your calendars)
	@demo/run

.PHONY: test
test: packages ## Run all tests: in Swift, then of the programs from outside
	@$(TESTS)
	@scripts/swift-tests --filter '$(TIMED)'
	@scripts/swift-tests --skip '$(TIMED)|ConformanceTests'
	@scripts/program-tests

.PHONY: soak
soak: build ## Disturb notifications at random for an hour (SEEDS=500)
	@SEEDS=$${SEEDS:-500} scripts/program-tests -k test_random_notifications

.PHONY: conformance
conformance: packages ## Judge us by Microsoft's schema and exchangelib (needs ../shared)
	@$(TESTS)
	@conformance/run

.PHONY: bench
bench: packages ## Measure scans, notifications, and telling telephones of 10,000
	@bench/run

.PHONY: lint
lint: ## Check format and documentation of the code
	@swift format lint --strict --recursive Package.swift Sources Tests
	@scripts/check-documentation
	@scripts/check-errors
	@scripts/check-catalog

.PHONY: fmt
fmt: ## Format the code
	@swift format format --in-place --recursive Package.swift Sources Tests

.PHONY: floors
floors: ## Check that the targets' arrows only point down
	@scripts/check-floors

.PHONY: check
check: lint floors test ## All that a change must pass

.PHONY: clean
clean: ## Remove what was built
	@rm -rf .build .build-* .venv-* .completions .demo
