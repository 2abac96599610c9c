"""``python -m lornpod``."""

from .cli import main

main()
