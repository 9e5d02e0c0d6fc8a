"""Small labelled streams: outages of several reports on several days, and single faults between them."""

from grouping.evaluation import Labelled, Truth
from tests.support.classrooms import report

DAY = 24 * 60
CAUSES = (
    ("learning_platform", "Lärnavet ligger nere för alla lärare på skolan", "municipality"),
    ("email", "Mejlen kommer inte fram till någon", "municipality"),
    ("wifi", "Trådlösa nätet är nere i hela skolan, ingen kommer ut", "school"),
)


def outages(days: int = 4, reports: int = 4) -> list[Labelled]:
    """Of each day: one outage of so many reports, three minutes apart, and one forgotten password."""
    found = []
    for day in range(days):
        service, words, scope = CAUSES[day % len(CAUSES)]
        found += [
            Labelled(
                report(f"{day}-{nth}", words, day * DAY + 3 * nth, service=service),
                Truth(f"outage {day}", service, scope),
            )
            for nth in range(reports)
        ]
        own = report(f"{day}-own", "Jag har glömt mitt lösenord", day * DAY + 5)
        found.append(Labelled(own, Truth(f"own {day}", "login", "none")))
    return sorted(found, key=lambda each: each.report.occurred_at)
