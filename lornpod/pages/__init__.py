"""The published web pages: templates, style and player, and the values that they are filled from."""
