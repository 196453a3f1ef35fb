# Aliases of bin/, for those who type make.
.PHONY: serve test check bench backup setup
serve test check bench backup setup:
	@bin/$@ $(ARGS)
