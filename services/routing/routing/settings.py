"""Settings of routing; `docs/reference/settings.md` lists them all."""

from typing import ClassVar

from chassis.settings import Settings


class RoutingSettings(Settings):
    """What every service has: routing needs no more, and answers on its management port only."""

    prefix: ClassVar[str] = "ROUTING_"
