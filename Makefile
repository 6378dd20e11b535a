# The verbs of Gatehouse.  Thin over meson; everything built goes under build/.
.PHONY: all debug release clang quick check lint fuzz kill e2e cover clauses ui run bench bypass clean deps deps-check stale

DEBUG := build/debug
RELEASE := build/release
CLANG := build/clang
COVER := build/cover
, := ,
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

# Configures folder $@'s with the options given; says nothing unless it fails.
setup = meson setup $$( [ -f $@ ] && echo --reconfigure ) $(@D) $(1) >build/setup.log || { cat build/setup.log; exit 1; }; touch $@

$(DEBUG)/build.ninja: build/sources meson.build
	@$(call setup,--buildtype=debug -Db_sanitize=address$(,)undefined -Db_lundef=false)
$(RELEASE)/build.ninja: build/sources meson.build
	@$(call setup,--buildtype=debugoptimized)
$(CLANG)/build.ninja: build/sources meson.build
	@CC=clang-14 && export CC && $(call setup,--buildtype=debug -Db_sanitize=address$(,)undefined -Db_lundef=false -Dfuzzers=true)
$(COVER)/build.ninja: build/sources meson.build
	@$(call setup,--buildtype=debug -Db_coverage=true)

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

# Every fuzz target for twenty seconds, or T=target for SECONDS=n.
fuzz: clang
	@tools/check fuzz "$(T)" $(SECONDS)

# SIGKILL at random moments, N times each for the gate, the portal, the keeper, the spool and the store: 200 take some ten minutes.
kill: debug
	@tools/check kill $(or $(N),200)

# The demonstration school through a real browser.
e2e: debug
	@test/e2e/run

# Named tricks against the real gate in network namespaces (root): ends with "N blocked, M passed".
bypass: debug
	@python3 test/lab/bypass.py

# Which lines the unit tests reach: build/cover/report.txt, the least covered files first.
cover:
	@tools/deps cover
	@$(MAKE) --no-print-directory $(COVER)/build.ninja
	@ninja -C $(COVER) -j $(JOBS) --quiet
	@meson test -C $(COVER) --no-rebuild
	@gcovr --root . --filter src/ --exclude '.*_(test|fuzz)\.c' --exclude 'src/base/testing/' --exclude 'src/bin/' --sort-percentage $(COVER) >$(COVER)/report.txt
	@tail -n 4 $(COVER)/report.txt

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
