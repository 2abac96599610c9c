"""What all tests share: property tests without a clock, since the first example pays for imports."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("lornpod", deadline=None)
settings.load_profile("lornpod")
