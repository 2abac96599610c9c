"""Pictures: what they are, what directories ask of them, and what goes into tags and the store."""
