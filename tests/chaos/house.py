"""A system, everybody who is busy in it, and who keeps the books."""

from dataclasses import dataclass

from tests.chaos.accounts import compare
from tests.chaos.chains import Chains
from tests.chaos.evidence import Evidence, Finding, gather
from tests.chaos.load import Load
from tests.chaos.outside import Mails
from tests.chaos.quiet import PATIENCE, seen_quiet
from tests.chaos.topic import Topic
from tests.support.system import System


@dataclass
class House:
    """Ask `is_in_order` after whatever happened."""

    system: System
    load: Load
    topic: Topic
    mails: Mails
    chains: Chains

    @classmethod
    def of(cls, system: System, seed: int = 1) -> "House":
        return cls(system, Load(system, seed), Topic(system), Mails(system.home.data / "mail-catcher.sqlite"), Chains())

    async def evidence(self, within: float = PATIENCE) -> Evidence:
        """Everything as it lies once all is quiet."""
        return await seen_quiet(self.system, lambda: gather(self.system, self.topic, self.mails, self.chains), within)

    async def findings(self, within: float = PATIENCE) -> list[Finding]:
        """What was lost or doubled, from the system's first moment to now."""
        return compare(await self.evidence(within), self.load)

    async def is_in_order(self, within: float = PATIENCE) -> Evidence:
        """AssertionError with all that was lost or doubled."""
        evidence = await self.evidence(within)
        findings = compare(evidence, self.load)
        assert not findings, "\n".join(map(str, findings[:30]))
        return evidence
