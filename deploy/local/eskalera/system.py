"""One local system from the first check to the last stopped process."""

import asyncio
import errno
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eskalera.errors import LocalError, StartError
from eskalera.furnish import Furnishing
from eskalera.instances import Instance, PartState, hold, publish, running, withdraw
from eskalera.layout import Layout
from eskalera.parts import Part, PythonProgram, Topology
from eskalera.ports import is_taken
from eskalera.supervisor import Supervisor, Teller, kill_descendants

LEAST_FREE = 1_000  # MB


@dataclass
class System:
    """`run` holds the data directory, starts the topology and keeps it up until Ctrl-C or SIGTERM."""

    home: Layout
    build: Callable[[Layout], Topology]
    ports: dict[int, str]
    teller: Teller
    furnishing: Furnishing

    def run(self) -> None:
        """Raises LocalError, with nothing started or left, when the system cannot run."""
        self.check()
        try:
            with hold(self.home.data):
                self.home.make()
                asyncio.run(self._run())
        except (OSError, StartError) as error:
            if is_full_disk(error):
                raise LocalError(f"The disk of {self.home.data} is full: make room, then start again.") from None
            raise
        finally:
            kill_descendants()  # a preparation's thread may have started one after the supervisor had stopped

    def check(self) -> None:
        """What would stop the start is said before anything is touched."""
        others = {instance.port_base: instance for instance in running()}
        data = self.home.data.resolve()
        for other in others.values():
            if Path(other.data) == data:
                raise LocalError(
                    f"Eskalera already runs on {data} (process {other.pid}, {other.layout.url(0)}); "
                    "stop it with `eskalera down` or choose another `--data`."
                )
        for port, name in self.ports.items():
            if is_taken(port):
                owner = others.get(self.home.port_base)
                by = f"the Eskalera on {owner.data}" if owner else "another program"
                raise LocalError(
                    f"Port {port} ({name}) is in use by {by}: stop that, or choose other ports with `--port-base`."
                )
        free = _free_megabytes(data)
        if free < LEAST_FREE:
            raise LocalError(f"Only {free} MB are free where {data} lies; Eskalera wants {LEAST_FREE} MB: make room.")
        self.furnishing.check()

    async def _run(self) -> None:
        stops = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup: a closed terminal is no reason to stop
            stops.append(signal.SIGHUP)
        if (this := asyncio.current_task()) is not None:
            for signum in stops:
                asyncio.get_running_loop().add_signal_handler(signum, this.cancel)
        topology = self.build(self.home)
        instance = Instance(
            pid=os.getpid(),
            data=str(self.home.data.resolve()),
            port_base=self.home.port_base,
            databases=dict(topology.databases),
            brokers=topology.brokers,
            topic=topology.topic,
        )

        def changed() -> None:
            instance.parts = {part.name: _state(part, supervisor) for part in supervisor.parts}
            publish(instance)

        supervisor = Supervisor(topology.parts, self.home.logs, self.teller, changed=changed)
        try:
            changed()
            await supervisor.run(lambda: self._open(instance))
        except asyncio.CancelledError:
            return  # asked to stop, and stopped
        finally:
            withdraw(instance)

    async def _open(self, instance: Instance) -> None:
        """Everything runs: furnish what people need to begin, open the doors, then load the demo's tickets."""
        await asyncio.to_thread(self.furnishing.before_opening, instance, self.teller.say)
        instance.ready = True
        publish(instance)
        for line in self.furnishing.welcome(instance):
            self.teller.say(line)
        if self.furnishing.wants_tickets(instance):
            await self._load_tickets(instance)

    async def _load_tickets(self, instance: Instance) -> None:
        """A failure here is said, and the system stays up."""
        instance.demo = "loading"
        publish(instance)
        try:
            await asyncio.to_thread(self.furnishing.load_tickets, instance, self.teller.say)
            instance.demo = "loaded"
        except LocalError as error:
            self.teller.say(f"The demo's tickets are not loaded: {error.sentence}")
            instance.demo = "failed"
        publish(instance)


def _state(part: Part, supervisor: Supervisor) -> PartState:
    run = supervisor.runs[part.name]
    return PartState(
        pid=run.process.pid if run.process else None,
        url=part.url,
        ready_url=part.program.ready_url if isinstance(part.program, PythonProgram) else None,
        log=str(supervisor.log(part.name)),
        restarts=run.restarts,
    )


def is_full_disk(error: OSError | StartError) -> bool:
    """Our own write failed for want of room, or a program's, by its log."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    return os.strerror(errno.ENOSPC) in error.details


def _free_megabytes(path: Path) -> int:
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free // 1_000_000
