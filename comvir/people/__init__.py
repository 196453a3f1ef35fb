"""People, their circles, and who may see what."""
