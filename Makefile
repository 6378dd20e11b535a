# The verbs of Gatehouse.  Thin over meson; everything built goes under build/.
.PHONY: ui all debug release clang quick check lint run bench fuzz clauses cover e2e kill clean deps deps-check stale

DEBUG := build/debug
RELEASE := build/release
CLANG := build/clang
RESULTS := $(CURDIR)/build/results
JOBS ?= $(shell nproc)

all: debug

deps:
	@tools/deps run
deps-check:
	@tools/deps check

# A new or removed source file means configuring again.
build/sources: stale
	@mkdir -p build
	@find src sql ui/page ui/part ui/block ui/text -type f 2>/dev/null | sort | cmp -s - $@ || find src sql ui/page ui/part ui/block ui/text -type f 2>/dev/null | sort > $@
stale:

$(DEBUG)/build.ninja: build/sources meson.build
	@meson setup $$( [ -f $@ ] && echo --reconfigure ) $(DEBUG) --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false >/dev/null && touch $@
$(RELEASE)/build.ninja: build/sources meson.build
	@meson setup $$( [ -f $@ ] && echo --reconfigure ) $(RELEASE) --buildtype=debugoptimized -Doptimization=2 -Db_lto=false >/dev/null && touch $@
$(CLANG)/build.ninja: build/sources meson.build
	@CC=clang-14 meson setup $$( [ -f $@ ] && echo --reconfigure ) $(CLANG) --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false -Dfuzzers=true >/dev/null && touch $@

debug: $(DEBUG)/build.ninja
	@ninja -C $(DEBUG) -j $(JOBS) --quiet
release: $(RELEASE)/build.ninja
	@ninja -C $(RELEASE) -j $(JOBS) --quiet
clang: $(CLANG)/build.ninja
	@ninja -C $(CLANG) -j $(JOBS) --quiet

# The inner loop: unit tests, scenes, corpus, data.
quick: debug
	@tools/check quick

# Everything: what CI runs.
check: deps-check
	@tools/check all

lint: debug
	@tools/check lint

fuzz: clang
	@tools/check fuzz $(T) $(SECONDS)

clauses: debug
	@tools/clauses.py $(if $(FEATURE),--feature $(FEATURE))

# The portal's style sheet: needs npm's registry the first time.
ui:
	@tools/ui-build

run: deps
	@$(MAKE) --no-print-directory release
	@test/school/run

bench: release
	@bench/run

clean:
	rm -rf build
