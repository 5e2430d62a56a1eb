# Two commands for a start:  make demo  and  make test.
# Hand options on with ARGS, as in:  make demo ARGS="--port 8123 --data /tmp/livehouse"

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# Images often set this. Here every process that a test starts would compile the whole house anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup setup-tests demo test torture soak check fix bench generate docs shots

setup: ## install what running needs
	@$(PYTHON) tools/bootstrap.py

setup-tests:
	@$(PYTHON) tools/bootstrap.py --tests

demo: setup ## a running house with a live show
	@$(BIN)/livehouse demo $(ARGS)

test: setup-tests ## every check and every test
	@$(BIN)/python -m tools.check
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

torture: setup-tests ## the long tests: what is killed, what is simulated, for as long as it takes
	@$(BIN)/python -m pytest -m torture --thorough --timeout=3600 $(ARGS)
	@$(BIN)/livehouse bench torture --json

soak: setup ## ten minutes of cameras that drop and of kills; ARGS="--minutes 60" for an hour
	@$(BIN)/livehouse bench soak --json $(ARGS)

check: setup ## formats, lints, types, import contracts, generated files
	@$(BIN)/python -m tools.check

fix: setup ## let the tools repair what they can
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix . ; cd frontend && npm run --silent fix

bench: setup ## all benchmarks, one JSON object a line
	@for name in orders fanout frames storm nodes latency jump media draw votes torture; do $(BIN)/livehouse bench $$name --json || exit 1; done

generate: setup ## rewrite what is made from code: schemas, types, catalogues, reference
	@$(BIN)/python -m tools.generate

docs: generate ## the reference in docs/reference

shots: setup-tests ## screenshots of every page into shots/
	@$(BIN)/python -m tools.shots $(ARGS)
