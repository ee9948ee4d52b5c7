# Everything here works from a fresh checkout with Go alone; the tools are
# built from tools/go.mod at their pinned versions.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

GOFUMPT     = go tool -modfile=tools/go.mod gofumpt
STATICCHECK = go tool -modfile=tools/go.mod staticcheck
DEADCODE    = go tool -modfile=tools/go.mod deadcode
HELM        = go tool -modfile=tools/helm/go.mod helm

.PHONY: check format vet fix staticcheck deadcode race chart test build image clean mutations simulate pictures

check: format vet fix staticcheck deadcode chart race ## the gate: all of it must pass

format: ## every file as gofumpt writes it
	@echo "== gofumpt"
	@out=$$($(GOFUMPT) -l .) || exit 1; \
	if [ -n "$$out" ]; then echo "not as gofumpt writes it:"; echo "$$out"; exit 1; fi

vet: ## also what the crash tests build
	@echo "== go vet"
	@go vet ./...
	@go vet -tags crashpoints ./...

fix: ## no older idiom where Go has a newer one
	@echo "== go fix"
	@go fix -diff ./...

staticcheck:
	@echo "== staticcheck"
	@$(STATICCHECK) ./...

deadcode: ## no function that nothing reaches, tests included
	@echo "== deadcode"
	@out=$$($(DEADCODE) -test ./...) || exit 1; \
	if [ -n "$$out" ]; then echo "nothing reaches:"; echo "$$out"; exit 1; fi

# These start no goroutine and share nothing (alone_test.go looks): there is no
# race to find in them, and measuring rules on whole corpora takes ten times as
# long under the detector.
ALONE = detect/behaviour detect/event detect/fields detect/indicator detect/logfile detect/needle detect/pack \
	incident incident/bundle incident/lines incident/picture incident/report

# Nor is there in these, which give one goroutine a lot to do.
ALONE_TESTS = TestMessagesOfAHugeIncident TestModalsKeepTheLimitsForAnyText TestHomesKeepTheLimitsForAnyText \
	TestEditorOfAHugeIncident TestMessagesAreSafeForAnyText TestCorrelationsEqualARun TestLateAlertsStillCount \
	TestBlocksAsInTheLibrary TestMatchAllocatesNothingWithEveryRule TestSigmaHQ TestEngineIsReferenceOnCorpus \
	TestHostileTextIsQuick TestAPrivateIncidentLeavesNoTrace TestSeverityOfManyIncidents TestSearchIsAScan \
	TestRedactedTextLeavesTheFile TestCorrectionsAsAPile

# SQLite, translated from C, is most of what the tests run and none of ours:
# watched by the race detector too, it makes them four times slower.
race: ## the tests under the race detector, in random order
	@echo "== go test -race"
	@go test -race -shuffle=on -parallel 4 -timeout 30m -gcflags='modernc.org/...=-race=false' \
		-skip "^($$(echo $(ALONE_TESTS) | tr ' ' '|'))$$" \
		$$(go list ./... | grep -vxF "$$(printf 'firebreak/%s\n' $(ALONE))")

chart: ## the chart lints and renders, and refuses what cannot work
	@echo "== chart"
	@HELM="$(HELM)" ./charts/check.sh

test:
	go test ./...

build: ## a static binary in bin/
	CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w -X main.version=$(VERSION)" -o bin/firebreak ./cmd/firebreak

image:
	docker build --build-arg VERSION=$(VERSION) -t firebreak:$(VERSION) .

clean:
	rm -rf bin

mutations: ## break each guarantee in turn and see its test turn red; takes minutes
	go test -run 'TestMutations$$' -mutate -timeout 60m -v .

SEEDS ?= 1000

simulate: ## live SEEDS simulated days, from FROM on
	go test ./cmd/firebreak -run 'TestSimulation$$' -sim.from=$(or $(FROM),0) -sim.seeds=$(SEEDS) -timeout 0

pictures: ## take the pictures of the demo anew; needs Chromium
	go test ./cmd/firebreak -run 'TestPictures' -count=1 -pictures "$(CURDIR)/docs/pictures"
