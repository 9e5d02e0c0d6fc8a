"""Why a message of a vendor is not taken, or what it asks for is not there.

NotSigned           nobody with this connection's secret sent it, or there is no such connection: the two look the same
NamesNoMunicipality several have this connection with this secret, and a report does not say which it is for
BadId               the proven sender's webhook-id cannot be kept
RepeatedKey         a name stands twice in the body: two readers would take it for two messages
AnotherMessage      the id was another message's, which had its effect: a sender that gives an id twice loses one
"""

from collections.abc import Collection


class NotSigned(Exception):
    """It is not proven that this connection's vendor sent it. `why` is for who may read the connection's log."""

    def __init__(self, municipalities: Collection[str] = (), why: str = "") -> None:
        self.municipalities, self.why = municipalities, why
        super().__init__(why)


class NamesNoMunicipality(Exception):
    """It may be for several municipalities, and does not say for which."""


class BadId(Exception):
    """The webhook-id is too long, or no text. `municipalities`: of whose vendor it is."""

    def __init__(self, municipalities: Collection[str]) -> None:
        self.municipalities = municipalities
        super().__init__()


class NotApart(Exception):
    """No message of the hand-off has that id and linked to its story."""


class RepeatedKey(Exception):
    """`way`: the steps to the name."""

    def __init__(self, way: tuple[str | int, ...]) -> None:
        self.way = way
        super().__init__(way)


class AnotherMessage(Exception):
    """The same webhook-id came with another body before."""
