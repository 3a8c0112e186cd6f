# gridgov's tasks. `make` lists them; each is a script in tools/ or a command of gridgov.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# What is measured and proven here starts as what is installed: with its modules compiled.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## 列出所有命令  list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## 按锁定版本创建 .venv  make .venv from the lock
	@tools/setup.sh

.PHONY: demo
demo: ## 创建并打开演示县区（ARGS="--scale county --port 8001"）  make and serve the demo county
	@tools/demo.sh $(ARGS)

.PHONY: test
test: ## 全部检查和测试  lint, types, import contracts and all tests
	@tools/test.sh

.PHONY: lint
lint: ## 只做静态检查  lint, types and import contracts only
	@tools/setup.sh dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: bench
bench: ## 测量承诺的性能数字  measure what is promised in figures
	@tools/setup.sh dev
	@$(BIN)/python -m bench

.PHONY: soak
soak: ## 大规模证明，运行数小时（ARGS="-k kill"）  the proofs at their large size, for hours
	@tools/setup.sh dev
	@$(BIN)/python -m bench.soak $(ARGS)

.PHONY: fuzz
fuzz: ## 按接口说明随机请求，运行数小时（EXAMPLES=40 ONLY=grid）  far more requests made from the OpenAPI description
	@tools/setup.sh dev
	@GRIDGOV_FUZZ_EXAMPLES=$(or $(EXAMPLES),150) GRIDGOV_FUZZ_ONLY=$(ONLY) \
		$(BIN)/pytest -q tests/contracts/test_fuzzed_interface.py

.PHONY: wheels
wheels: ## 分别打包核心和各插件，并用安装好的核心跑插件测试  wheels of the core and each plugin, tried alone
	@tools/setup.sh dev
	@$(BIN)/python -m tools.wheels $(ARGS)

.PHONY: docs
docs: ## 更新文档中由代码生成的部分  re-make what the code says for the documentation
	@tools/setup.sh dev
	@$(BIN)/python -m tools.docs

.PHONY: site
site: ## 把手册做成网站 out/site  build the handbooks as a web site in out/site
	@tools/setup.sh dev
	@$(BIN)/python -m tools.site

.PHONY: translations
translations: ## 收集并编译界面译文  collect and compile translations
	@tools/setup.sh dev
	@tools/translations.sh

.PHONY: lock
lock: ## 更新依赖锁定文件  renew the lock files
	@tools/lock.sh

.PHONY: clean
clean: ## 删除 .venv 和缓存（不动数据）  remove .venv and caches, never data
	@rm -rf .venv build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find core plugins tests tools examples -name __pycache__ -type d -prune -exec rm -rf {} +
