"""The words of an episode: transcripts, chapters, show notes."""
