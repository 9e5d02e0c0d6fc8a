import secrets
from itertools import chain, repeat
from pathlib import Path

import pytest

from eskalera.furnish import DEMO_FILES
from eskalera.kafka import Kafka
from eskalera.layout import LAST, Layout
from eskalera.parts import Part
from eskalera.ports import free_port
from eskalera.postgres import Postgres
from eskalera.topology import needed_ports, topology


def test_a_port_that_was_chosen_is_given_to_nobody_else_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    first, draw = free_port(), secrets.randbelow
    again = chain([first - 10_000] * 2, (draw(most) for most in repeat(20_000)))
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(again))
    assert free_port() != first


def test_a_port_that_others_will_listen_on_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = secrets.randbelow
    drawn = chain([100, 113, 97], (draw(most) for most in repeat(20_000)))
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(drawn))
    chosen = free_port(following=3, but=range(10_100, 10_114))
    assert not {*range(chosen, chosen + 4)} & {*range(10_100, 10_114)}


def test_the_systems_servers_leave_its_own_ports_to_its_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Layout(tmp_path, 10_000 + secrets.randbelow(20_000 - LAST))
    home.make()
    draw = secrets.randbelow
    drawn = chain((port - 10_000 for port in home.ports), (draw(most) for most in repeat(20_000)))
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(drawn))
    servers = {
        part.program.name: part.program for part in topology(home, DEMO_FILES, {}).parts if isinstance(part, Part)
    }
    postgres, kafka = servers["postgres"], servers["kafka"]
    assert isinstance(postgres, Postgres)
    assert isinstance(kafka, Kafka)
    assert not {postgres.port, kafka.port, kafka.controller_port} & {*home.ports}
    assert {*needed_ports(home)} <= {*home.ports}
