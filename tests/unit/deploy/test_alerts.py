"""The alerts: expressions that Prometheus parses, over metrics and labels that the services have, as the docs say."""

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import promql_parser as promql
import pytest
import yaml

from chassis import messaging_metrics, metrics
from tests.unit.deploy.test_kubernetes import CHECKOUT, K8S, SERVICES, of_kind

ALERTS = K8S / "components/monitoring/alerts.yaml"
OF_PROMETHEUS = {"up": ()}
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
"""Of the series that a metric of a kind is."""
OF_THE_SCRAPE = {"namespace", "pod", "le"}
TABLE = (CHECKOUT / "docs/howto/operator.md").read_text().split("What deserves an alarm")[1].split("\n## ")[0]


def groups() -> list[dict[str, Any]]:
    return list(yaml.safe_load(ALERTS.read_text())["spec"]["groups"])


RULES = [rule for group in groups() for rule in group["rules"]]


@cache
def registered() -> dict[str, tuple[str, ...]]:
    """{name of a time series: its labels} of all that the services register."""
    assert messaging_metrics
    for service in SERVICES:
        importlib.import_module(f"{service.replace('-', '_')}.metrics")
    found: dict[str, tuple[str, ...]] = dict(OF_PROMETHEUS)
    for collector, names in metrics.registry._collector_to_names.items():
        endings = ENDINGS.get(getattr(collector, "_type", ""), ("",))
        labels = tuple(getattr(collector, "_labelnames", ()))
        found |= {name: labels for name in names if any(name.endswith(ending) for ending in endings)}
    return found


def parts(expression: Any) -> Iterator[Any]:
    """An expression and all below it."""
    yield expression
    for name in ("lhs", "rhs", "expr", "args", "param", "vector_selector"):
        below = getattr(expression, name, None)
        for one in below if isinstance(below, list) else [below]:
            if one is not None:
                yield from parts(one)


def series(rule: dict[str, Any]) -> dict[str, set[str]]:
    """{metric: labels that are matched}, of one rule."""
    found: dict[str, set[str]] = {}
    for part in parts(promql.parse(rule["expr"])):
        if isinstance(part, promql.VectorSelector):
            assert part.name is not None
            found.setdefault(part.name, set()).update(each.name for each in part.matchers.matchers)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_about_metrics_and_labels_that_the_services_register(rule: dict[str, Any]) -> None:
    used = series(rule)
    assert used
    for name, labels in used.items():
        assert name in registered(), f"no service registers {name}"
        assert labels <= {*registered()[name], *OF_THE_SCRAPE}
    known = {label for name in used for label in registered()[name]} | OF_THE_SCRAPE
    for part in parts(promql.parse(rule["expr"])):
        if isinstance(part, promql.AggregateExpr) and part.modifier is not None:
            assert set(part.modifier.labels) <= known
    assert set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])) <= known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_in_a_sentence_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
    assert set(rule["annotations"]) == {"summary", "runbook"}
    assert (CHECKOUT / rule["annotations"]["runbook"]).is_file()
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))


def test_every_name_is_one() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))
    assert len({group["name"] for group in groups()}) == len(groups())


def test_all_that_the_operators_page_says_deserves_an_alarm_has_one() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| `")]
    named = {re.split(r"\W", row.removeprefix("| `"))[0] for row in rows if not row.startswith("| `/readyz`")}
    assert len(named) > 10
    assert named <= {name.removesuffix("_bucket") for rule in RULES for name in series(rule)}


def test_the_checks_see_a_metric_that_is_not_there_and_what_is_no_expression() -> None:
    assert "deliveries_failed" not in registered()
    assert series({"expr": "max(nonsense_total{x='1'}) > 0"}) == {"nonsense_total": {"x"}}
    with pytest.raises(ValueError, match="unclosed"):
        promql.parse("max by (x (up) > 0")


def test_an_overlay_that_takes_them_has_them_and_scrapes_every_service() -> None:
    assert len(of_kind("PrometheusRule", "overlays/example")["eskalera"]["spec"]["groups"]) == len(groups())
    monitor = of_kind("PodMonitor", "overlays/example")["eskalera"]
    assert monitor["metadata"]["namespace"] == "eskalera"
    wanted = {each["key"]: set(each["values"]) for each in monitor["spec"]["selector"]["matchExpressions"]}
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    for deployment in of_kind("Deployment", "overlays/example").values():
        template = deployment["spec"]["template"]
        assert all(template["metadata"]["labels"].get(key) in values for key, values in wanted.items())
        assert endpoint["port"] in {port["name"] for port in template["spec"]["containers"][0]["ports"]}
    assert of_kind("PrometheusRule") == {}, "the base needs no Prometheus operator"
