"""Properties are checked by what they say, not by how long they take beside other work on the same machine."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
