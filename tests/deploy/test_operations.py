"""The dashboard, the alerts and the page about them name metrics and labels that there are, and no other."""

import json
import re
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.app.watching.metrics import Metrics
from bot.features.daily.open_rounds import OpenRounds
from bot.outbox.operating import OpenDeliveries
from tests.outbox.post_office import NOON

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text("utf-8")
OTHERS = {"up": {"job"}}
"""What Prometheus itself adds, and to each metric the labels below."""
ADDED = {"job", "instance"}


def served() -> dict[str, set[str]]:
    """The labels of each metric of a process in which everything has happened once."""
    metrics = Metrics()
    metrics.request("local", "done", 0.1)
    metrics.send("local", "sent", 0.1)
    metrics.set_process(queue=1, tick_age=0.1, connected={"local": True})
    open_ = (OpenDeliveries("local", "waiting", 1, NOON),), OpenRounds({"open": 1}, NOON)
    metrics.set_open(("local",), open_, NOON)
    found: dict[str, set[str]] = dict(OTHERS)
    for family in text_string_to_metric_families(metrics.page().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels, ADDED)
    return found


def alerts() -> list[dict[str, str]]:
    (group,) = yaml.safe_load((DOCS / "operations" / "alerts.yml").read_text("utf-8"))["groups"]
    rules: list[dict[str, str]] = group["rules"]
    return rules


def asked() -> list[str]:
    """Every expression of the dashboard and the alerts."""
    board = json.loads((DOCS / "operations" / "grafana.json").read_text("utf-8"))
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*shown, board["templating"]["list"][1]["query"], *(rule["expr"] for rule in alerts())]


def test_every_expression_asks_for_metrics_and_labels_that_there_are() -> None:
    there, used = served(), set[str]()
    for expression in asked():
        names = re.findall(r"\b(?:studyhall|process)_\w+|\bup\b", expression)
        used.update(names)
        assert names, expression
        labels = set(re.findall(r"(\w+)=~?\"", expression))
        labels.update(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", expression))))
        for name in names:
            assert labels <= there.get(name, set()), (name, labels, expression)
    own = {re.sub(r"_(bucket|count|sum)$", "", name) for name in used if name.startswith("studyhall_")}
    assert own == set(re.findall(r"^\| `(studyhall_\w+)`", PAGE, re.MULTILINE)), "the page's table"


def test_a_due_lag_is_an_alert_and_each_alert_says_what_to_do() -> None:
    assert alerts()[0]["expr"].startswith("studyhall_due_lag_seconds >")
    for rule in alerts():
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
