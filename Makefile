# Everything a contributor runs. Each target installs what it needs and is missing.
PORT ?= 8787
SANDBOX_PORT ?= 8788
CONFIG ?= wrangler.toml
export PORT SANDBOX_PORT CONFIG

.PHONY: help dev test build token deploy bench proof
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 16

dev: ## gateway on :8787 and sandbox vendors on :8788 (PORT=, SANDBOX_PORT=, CONFIG=file)
	@bash tools/dev.sh

test: ## everything CI runs
	@bash tools/test.sh

build: ## the release bundle, with its size
	@bash tools/release.sh

token: ## a new caller token and its digest
	@node tools/token.mjs

deploy: ## wrangler deploy --env production
	@bash tools/deploy.sh

proof: ## what takes longer than a test run: mutation tests (hours; ONLY=tokens|access|scrubber)
	@bash tools/proof.sh

bench: ## CPU per request above a bare forwarder
	@bash bench/run.sh
