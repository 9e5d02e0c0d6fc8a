"""A local system with a tiny topology: `python -m tests.support.fake_system DATA PORT_BASE [TRAIT of two …]`.

`one` is what `two` leans on, with a step in between; they listen on the first two ports.
"""

import sys
from pathlib import Path

from rich.console import Console

from eskalera.errors import LocalError
from eskalera.instances import Instance
from eskalera.layout import Layout
from eskalera.parts import Part, PythonProgram, Step, Topology
from eskalera.system import System
from eskalera.terminal import Terminal


class Bare:
    """Furnishes nothing."""

    def check(self) -> None:
        """Nothing."""

    def before_opening(self, instance: Instance, say: object) -> None:
        """Nothing."""

    def welcome(self, instance: Instance) -> list[str]:
        return ["welcome"]

    def wants_tickets(self, instance: Instance) -> bool:
        return False

    def load_tickets(self, instance: Instance, say: object) -> None:
        raise AssertionError


def part(home: Layout, name: str, offset: int, *traits: str, after: tuple[str, ...] = ()) -> Part:
    program = PythonProgram(
        name,
        "tests.support.fake_part",
        ready_url=f"{home.url(offset)}/readyz",
        arguments=(str(home.port(offset)), *traits),
    )
    return Part(program, after, home.url(offset))


def main(data: Path, port_base: int, traits: list[str]) -> None:
    def build(home: Layout) -> Topology:
        step = Step("step", lambda: (home.data / "step-done").touch(), after=("one",))
        return Topology([part(home, "two", 1, *traits, after=("step",)), step, part(home, "one", 0)])

    home = Layout(data, port_base)
    ports = {home.port(0): "one", home.port(1): "two"}
    try:
        System(home, build, ports, Terminal(Console(highlight=False, soft_wrap=True)), Bare()).run()
    except LocalError as error:
        sys.exit(f"{error.sentence}\n{error.details}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
