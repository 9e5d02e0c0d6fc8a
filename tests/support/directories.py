"""A small directory that is right, and the ways to make it wrong."""

from functools import cache
from pathlib import Path
from typing import TypedDict, Unpack

import yaml

from contracts.directory import Directory, People, Responsibility, load, load_people, load_people_csv, responsibility

MUNICIPALITIES = Path(__file__).parents[2] / "municipalities"
SHIPPED = sorted(file.stem for file in MUNICIPALITIES.glob("*.yaml") if "." not in file.stem)

SMALL = """\
municipality:
  id: lillby
  name: {sv: Lillby kommun, en: Lillby}
  number_prefix: LIL
defaults: {agreement: vanlig, policy: steg}
administrations:
  - {id: bildning, name: Bildning}
schools:
  - {id: alskolan, name: Alskolan, form: compulsory, asset_prefix: ALS, administration: bildning}
  - {id: bokskolan, name: Bokskolan, form: compulsory, asset_prefix: BOK, support: {hosted_by: alskolan}}
  - {id: forskolan, name: Förskolan, form: preschool}
teams:
  - {id: samordnare, name: Samordnaren, tier: central, coordinator: true}
  - {id: teknik, name: Tekniken, tier: local, schools: [alskolan]}
vendors:
  - id: nat
    name: Nätbolaget
    services: [wifi]
    connection:
      name: nat
      profile: webhook
      url: https://nat.example/eskalera
      secret_ref: nat
  - {id: tyst, name: Tysta bolaget}
services:
  - {id: wifi, name: Trådlöst, aliases: [wlan, nätet]}
  - {id: elevdator, name: Elevdator, aliases: [chromebook], device_class: elev, owner: team:teknik}
device_classes:
  - {id: elev, name: elevdator, tag_codes: [EL], agreement: utan}
calendars:
  - id: kontor
    name: Kontorstid
    hours: [{days: [mon, tue, wed, thu, fri], opens: "07:00", closes: "16:30"}]
    breaks:
      - {name: Lov, first_day: 2026-10-26, last_day: 2026-10-30}
agreements:
  - id: vanlig
    name: Vanlig
    calendar: kontor
    promises:
      - {urgency: 1, acknowledge: 10 min, next_update: 1 h, resolve: 4 h}
      - {urgency: 2, acknowledge: 30 min, next_update: 4 h, resolve: 12 h}
      - {urgency: 3, acknowledge: 1 h, next_update: 9 h 30 min, resolve: 47 h 30 min}
      - {urgency: 4, acknowledge: 9 h, next_update: 47 h}
  - id: utan
    name: Utan avtal
    calendar: kontor
    promises:
      - {urgency: 1, acknowledge: 20 min, next_update: 1 h}
      - {urgency: 2, acknowledge: 40 min, next_update: 4 h}
      - {urgency: 3, acknowledge: 2 h, next_update: 9 h}
      - {urgency: 4, acknowledge: 8 h, next_update: 46 h}
policies:
  - id: steg
    name: Steg för steg
    steps:
      - {do: wait, clock: resolve, share: 75}
      - {do: notify, parties: [coordinator]}
      - {do: next_party}
      - {do: hand_over, vendor: vendor:nat}
      - {do: repeat, times: 2}
matrix:
  - id: natet
    when: {service: wifi, kind: incident}
    path: [vendor:nat, coordinator]
    note: Nätet lagas av nätbolaget.
  - id: resten
    path: [local]
    informs: [coordinator]
    note: Skolans IT-stöd tittar först.
roles:
  - {id: teacher, name: lärare, access: reporter}
  - {id: tekniker, name: tekniker, access: support}
"""


@cache
def small() -> Directory:
    """The small directory."""
    return load(SMALL)


@cache
def shipped(name: str) -> Directory:
    """A directory that the project ships."""
    file = MUNICIPALITIES / f"{name}.yaml"
    return load(file.read_text(encoding="utf-8"), str(file))


@cache
def people(name: str) -> People:
    """The people of a directory that the project ships."""
    table = MUNICIPALITIES / f"{name}.people.csv"
    if table.exists():
        return load_people_csv(table.read_text(encoding="utf-8"), shipped(name), str(table))
    file = MUNICIPALITIES / f"{name}.people.yaml"
    return load_people(file.read_text(encoding="utf-8"), shipped(name), str(file))


class Asked(TypedDict, total=False):
    """What the responsibility matrix may be asked of a case."""

    service: str
    device_class: str
    school: str
    unit: str
    urgency: int
    scope: str
    kind: str


def turn(name: str, **case: Unpack[Asked]) -> Responsibility:
    """Whose turn a case is in a municipality that the project ships, checked for what holds of every answer."""
    directory = shipped(name)
    found = responsibility(directory, **case)
    assert set(found.path) | set(found.informs) <= set(directory.parties)
    assert directory.coordinator in found.path, "the coordinator at last"
    assert len(set(found.path)) == len(found.path), "nobody twice"
    assert found.agreement in directory.agreements_by_id
    assert found.policy in directory.policies_by_id
    assert all(found.reason[language].strip() for language in ("sv", "en")), "with the reason"
    return found


def way(name: str, **case: Unpack[Asked]) -> str:
    """The path of a case, as a line: "local → central → vendor" by their ids."""
    return " → ".join(turn(name, **case).path)


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The text with one passage replaced; it must be there exactly once."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, passage: str) -> int:
    """The line, from 1, on which a passage begins; it must be there exactly once."""
    assert text.count(passage) == 1, f"{passage!r} is there {text.count(passage)} times"
    return text[: text.index(passage)].count("\n") + 1


def hurried(folder: Path, **promises: str) -> Path:
    """Mälarvik in a file of its own, whose promises are kept or broken within seconds, day and night.

    `promises`: of every urgency and agreement, such as `acknowledge="6 s"`; those not named stay.
    """
    content = yaml.safe_load((MUNICIPALITIES / "malarvik.yaml").read_text("utf-8"))
    for calendar in content["calendars"]:
        hours = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "opens": "00:00", "closes": "24:00"}
        calendar |= {"holidays": "none", "breaks": [], "hours": [hours]}
    for agreement in content["agreements"]:
        for line in agreement["promises"]:
            line |= promises
    file = folder / "malarvik.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    people = MUNICIPALITIES / "malarvik.people.yaml"
    file.with_name(people.name).write_text(people.read_text("utf-8"), "utf-8")
    return file
