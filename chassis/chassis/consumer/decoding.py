"""A service's `decode`, made of how its messages are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from chassis.messages import Message, Record, Undecodable

M = TypeVar("M", bound=Message)


def decoder(
    read: Callable[[Iterable[tuple[str, bytes]], bytes | None], M],
    refusal: type[Exception],
    is_for_us: Callable[[Record], bool],
) -> Callable[[Record], M | None]:
    """Records that are not for us are passed over unread; what `read(headers, value)` refuses is undecodable.

    The words of a `refusal` are shown and announced: they never quote the record.
    """

    def decode(record: Record) -> M | None:
        if not is_for_us(record):
            return None
        try:
            return read(record.headers, record.value)
        except refusal as error:
            raise Undecodable(str(error)) from error

    return decode
