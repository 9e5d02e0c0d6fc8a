"""The settings, and the waits between attempts."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.settings import load
from chassis.smtp import MailServer
from notifier.domain.retry import Rest, Schedule
from notifier.settings import NotifierSettings

NEEDED = {"DATABASE_URL": "postgresql://u@h/d", "KAFKA_BOOTSTRAP_SERVERS": "h:1", "SMTP_URL": "smtp://127.0.0.1:8087"}
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def test_the_mail_server_is_the_one_setting_without_a_default() -> None:
    settings = load(NotifierSettings, NEEDED)
    assert settings.pages_url == "http://127.0.0.1:8080"
    with pytest.raises(SystemExit, match="SMTP_URL is missing"):
        load(NotifierSettings, {name: value for name, value in NEEDED.items() if name != "SMTP_URL"})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:8087", MailServer("127.0.0.1", 8087)),
        ("smtp://mail.example", MailServer("mail.example", 25)),
        ("smtps://mail.example", MailServer("mail.example", 465, "smtps")),
        (
            "smtp+starttls://us%40er:p%3Aw@m.example",
            MailServer("m.example", 587, "smtp+starttls", "us@er", "p:w"),
        ),
    ],
)
def test_an_smtp_url_says_where_and_how(url: str, server: MailServer) -> None:
    assert MailServer.parse(url) == server


@pytest.mark.parametrize(
    "wrong",
    [
        {"SMTP_URL": "http://mail.example"},
        {"SMTP_URL": "smtp:///"},
        {"SMTP_URL": "smtp://user@mail.example"},
        {"SMTP_URL": "smtp://mail.example:99999"},
        {"SMTP_URL": "smtp://mail.example/path"},
        {"NOTIFIER_SENDER": "nobody"},
        {"NOTIFIER_PAGES_URL": "http://127.0.0.1:8080/path"},
        {"NOTIFIER_SENDRE": "a@b.example"},
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_does_not_quote_it(wrong: dict[str, str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        load(NotifierSettings, NEEDED | wrong)
    (name, value), sentence = next(iter(wrong.items())), str(stopped.value)
    assert sentence.startswith(name)
    assert value not in sentence


def test_a_password_is_in_no_text_of_a_server() -> None:
    assert "hemligt" not in repr(MailServer.parse("smtps://user:hemligt@mail.example"))


def test_a_mail_put_off_waits_longer_each_time_and_is_given_up_after_five_days() -> None:
    schedule = Schedule()
    waits = [schedule.next_at(attempt, NOW, lambda low, high: (low + high) / 2) - NOW for attempt in range(1, 8)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == waits[-2] == timedelta(hours=4)
    assert not schedule.is_too_late(NOW, NOW + timedelta(days=5, seconds=-1))
    assert schedule.is_too_late(NOW, NOW + timedelta(days=5))


def test_the_rest_while_the_server_is_away_doubles_up_to_half_a_minute() -> None:
    assert [Rest().after(failures).total_seconds() for failures in (1, 2, 3, 5, 6, 1000)] == [1, 2, 4, 16, 30, 30]
