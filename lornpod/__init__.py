"""lornpod publishes interview podcasts: from a folder of authored files to feeds that apps subscribe to."""

__version__ = "0.1.0"
