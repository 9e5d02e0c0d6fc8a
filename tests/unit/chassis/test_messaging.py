import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaConnectionError
from aiokafka.structs import OffsetAndMetadata
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from chassis.consumer import decoder
from chassis.consumer.batches import Arrived, part
from chassis.consumer.endings import detail, is_transient, reason
from chassis.consumer.limits import DeadLetterLimit, DeadLetterLimitReached, Policy
from chassis.consumer.offsets import Offsets
from chassis.db import DatabaseAway
from chassis.drain import run_until_stopped
from chassis.kafka import KafkaSettings
from chassis.messages import NotNow, Outgoing, Record, Undecodable
from tests.support.notes import Note


def arrived(*keys: str) -> Arrived[Note]:
    return Arrived(Record("t", 0, 0, None, None), Note(" ".join(keys), keys))


def ids(messages: list[Arrived[Note]]) -> list[str]:
    return [each.message.id for each in messages]


def test_messages_without_held_keys_run() -> None:
    assert part([arrived("a"), arrived("b"), arrived()], {"c"}) == ([arrived("a"), arrived("b"), arrived()], [])


def test_a_parked_message_holds_back_its_other_keys_for_those_behind_it_only() -> None:
    runnable, parked = part([arrived("b"), arrived("a", "b"), arrived("b", "c"), arrived("c"), arrived("d")], {"a"})
    assert ids(runnable) == ["b", "d"]
    assert ids(parked) == ["a b", "b c", "c"]


def test_a_message_without_keys_waits_for_nobody() -> None:
    assert part([arrived()], {"a"}) == ([arrived()], [])


def test_the_limit_lets_so_many_failures_through_in_its_window_and_stays_reached() -> None:
    now = 0.0
    limit = DeadLetterLimit(3, timedelta(seconds=60), clock=lambda: now)
    for moment in (0, 30, 59, 61):  # the first has left the window at 61
        now = float(moment)
        limit.count()
    with pytest.raises(DeadLetterLimitReached, match="more than 3 messages failed within 60 s"):
        limit.count()
    now = 1000.0
    assert limit.reached
    with pytest.raises(DeadLetterLimitReached):
        limit.count()
    limit.reset()
    limit.count()


def test_a_poison_message_cannot_hold_its_partition_for_half_a_minute() -> None:
    policy = Policy()
    longest = policy.batch_timeout + policy.tries * (policy.message_timeout + policy.between_tries)
    assert longest < timedelta(seconds=30)


class _Refused(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__()
        self.sqlstate = sqlstate


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "25006", "53200", "53300", "57P01", "08006"])
def test_what_the_same_again_would_cure_is_transient(code: str) -> None:
    assert is_transient(DBAPIError("SELECT", None, _Refused(code)))


@pytest.mark.parametrize("code", ["23505", "22001", "42P01", "57014", "XX000"])
def test_what_the_same_again_would_not_cure_is_not(code: str) -> None:
    assert not is_transient(DBAPIError("SELECT", None, _Refused(code)))


def test_a_database_or_broker_that_is_away_and_a_handlers_own_word_are_transient() -> None:
    assert all(
        is_transient(error) for error in (DatabaseAway("x"), KafkaConnectionError(), NotNow(), ConnectionError())
    )
    assert not any(is_transient(error) for error in (ValueError("x"), TimeoutError(), KeyError("x"), Undecodable("x")))


def _raised() -> Exception:
    try:
        int("Anna Andersson")
    except ValueError as error:
        return error
    raise AssertionError


def test_a_reason_names_the_class_and_the_place_and_quotes_nobody() -> None:
    assert reason(_raised()).startswith("ValueError at tests.unit.chassis.test_messaging:")
    assert reason(_raised()).endswith("in _raised")
    assert "Anna" not in reason(_raised())


def test_the_detail_has_the_errors_words_without_what_postgres_cannot_store() -> None:
    assert "Anna Andersson" in detail(_raised())
    assert detail(ValueError("a\0b")).endswith("a\\0b\n")
    assert len(detail(ValueError("x" * 100_000))) == 8000


def test_a_decoders_reason_is_taken_as_it_is() -> None:
    assert reason(Undecodable("unknown type")) == "unknown type"


def test_a_header_is_read_as_text_or_not_at_all() -> None:
    record = Record("t", 1, 7, None, None, (("a", b"1"), ("a", b"2"), ("b", b"\xff")))
    assert (record.header("a"), record.header("c"), record.position) == ("1", None, "t/1/7")
    with pytest.raises(Undecodable, match="header b is not UTF-8"):
        record.header("b")


def test_a_messages_size_counts_bytes_not_letters() -> None:
    assert Outgoing("i", "t", "å", "s", b"123", {"ä": "öö"}).size() == 3 + 2 + 2 + 4


def test_clients_sign_in_as_the_settings_say() -> None:
    plain = KafkaSettings("a:1,b:2").client_arguments()
    assert plain == {"bootstrap_servers": "a:1,b:2", "security_protocol": "PLAINTEXT"}
    secured = KafkaSettings(
        "a:1", security_protocol="SASL_SSL", sasl_username="routing", sasl_password=SecretStr("hush")
    )
    arguments = secured.client_arguments()
    assert (arguments["sasl_mechanism"], arguments["sasl_plain_username"]) == ("SCRAM-SHA-512", "routing")
    assert arguments["sasl_plain_password"] == "hush"
    assert arguments["ssl_context"].check_hostname
    assert "hush" not in repr(secured)


def test_topics_carry_the_prefix() -> None:
    assert KafkaSettings("a:1", topic_prefix="test.").topic("cases") == "test.cases"


@pytest.mark.parametrize(("wanted", "survives"), [("", 3), ("point", 0), ("point:2", 1), ("other", 3)])
def test_a_crash_point_kills_at_the_wanted_passage_only(wanted: str, survives: int) -> None:
    program = "from chassis.crashpoints import crash_point\nfor n in range(3):\n crash_point('point')\n print(n)"
    done = subprocess.run(
        [sys.executable, "-u", "-c", program],
        env={**os.environ, "ESKALERA_CRASH_AT": wanted},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert len(done.stdout.split()) == survives
    assert done.returncode == (0 if survives == 3 else -9)


async def test_work_that_is_cancelled_may_finish_and_is_cut_off_when_it_does_not() -> None:
    asked = asyncio.Event()
    finished: list[str] = []

    async def good() -> None:
        await asked.wait()
        finished.append("good")

    async def bad() -> None:
        await asyncio.sleep(60)

    async def failing() -> None:
        await asked.wait()
        raise ZeroDivisionError

    for work, outcome in ((good, asyncio.CancelledError), (bad, asyncio.CancelledError), (failing, ZeroDivisionError)):
        asked.clear()
        task = asyncio.create_task(run_until_stopped(work(), asked.set, patience=0.1))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(outcome):
            await task
    assert finished == ["good"]


async def test_a_partition_that_went_to_another_member_keeps_no_other_from_being_committed() -> None:
    """On aiokafka's own client, whose `commit` refuses all offsets of a call for one that is not assigned."""
    ours, gone = TopicPartition("cases", 0), TopicPartition("cases", 1)
    client = AIOKafkaConsumer(group_id="routing")
    client.assign([ours])
    told: list[dict[TopicPartition, OffsetAndMetadata]] = []

    class Coordinator:
        async def commit_offsets(self, _assignment: object, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
            told.append(offsets)

    client._coordinator = Coordinator()
    offsets = Offsets()
    offsets.note(gone, 7)
    await offsets.commit(client)
    assert not offsets  # it is the other member's to tell
    offsets.note(ours, 5)
    offsets.note(gone, 7)
    await offsets.commit(client)

    assert [{place: each.offset for place, each in call.items()} for call in told] == [{ours: 5}]
    with pytest.raises(IllegalStateError):
        await client.commit({ours: 5, gone: 7})


def test_a_decoder_passes_over_what_is_not_for_it_and_says_why_it_refuses_the_rest() -> None:
    def read(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Note:
        if not value:
            raise LookupError("there is nothing in it")
        return Note(value.decode(), (), len(list(headers)))

    decode = decoder(read, LookupError, lambda record: record.key != b"other")
    assert decode(Record("cases", 0, 1, b"other", b"")) is None
    assert decode(Record("cases", 0, 2, None, b"n1")) == Note("n1", (), 0)
    with pytest.raises(Undecodable) as refused:
        decode(Record("cases", 0, 3, None, b""))
    assert refused.value.reason == "there is nothing in it"
