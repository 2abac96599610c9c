"""A case folder becomes a release. Each module is imported where it is needed: feeds need no audio."""
