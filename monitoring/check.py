#!/usr/bin/env python3
"""Asks a Prometheus every question of every dashboard, alert and recording rule, and prints query, series and value.

usage: check.py PROMETHEUS_URL        waits until every query of the dashboards returns data; fails if one does not
"""
import json
import pathlib
import re
import sys
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).parent
VARIABLES = {"$__rate_interval": "30s", "$capability": ".*", "$service": ".*"}
PATIENCE_S = 90


def get(url, path, **parameters):
    query = urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(f"{url}{path}?{query}", timeout=10) as answer:
        return json.load(answer)["data"]


def dashboard_queries():
    for file in sorted((HERE / "grafana/dashboards").glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield f"{file.stem}: {panel['title']}", target["expr"]


def filled_in(expression):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def ask(url, expression):
    """The series, but for those of which the value is not a number: a panel shows nothing of them."""
    found = get(url, "/api/v1/query", query=filled_in(expression))["result"]
    return [series for series in found if series["value"][1] != "NaN"]


def row(where, expression, series):
    value = series[0]["value"][1] if series else "-"
    print(f"{where[:48]:48} {len(series):4} {value[:10]:>10}  {' '.join(expression.split())}")


def main(url):
    answers = {}
    waiting = list(dashboard_queries())
    total = len(waiting)
    deadline = time.monotonic() + PATIENCE_S
    while waiting and time.monotonic() < deadline:
        for query in waiting:
            answers[query] = ask(url, query[1])
        waiting = [query for query in waiting if not answers[query]]
        if waiting:
            time.sleep(2)
    print(f"{'query of':48} {'series':>4} {'value':>8}  query")
    for query in dashboard_queries():
        row(*query, answers[query])

    rules = [rule for group in get(url, "/api/v1/rules")["groups"] for rule in group["rules"]]
    for rule in rules:
        row(f"rule: {rule['name']} ({rule['health']})", rule["query"], ask(url, rule["query"]))
    broken = [rule["name"] for rule in rules if rule["health"] != "ok"]
    firing = [alert["labels"] for alert in get(url, "/api/v1/alerts")["alerts"] if alert["state"] == "firing"]

    documented = set(re.findall(r"^\| `(ains_\w+)` \|", (HERE.parent / "docs/operations.md").read_text(), re.M))
    asked = " ".join([expression for _, expression in dashboard_queries()] + [rule["query"] for rule in rules])
    names = {re.sub("_(bucket|count|sum)$", "", name) for name in re.findall(r"(?<![:\w])ains_\w+", asked)}
    unknown = sorted(names - documented)

    print(f"{total} queries, {len(waiting)} without data; {len(rules)} rules, {len(broken)} broken; {len(firing)} alerts fire")
    for where, expression in waiting:
        print(f"no data: {where}: {expression}", file=sys.stderr)
    for name in broken:
        print(f"broken rule: {name}", file=sys.stderr)
    for labels in firing:
        print(f"fires: {labels}", file=sys.stderr)
    for name in unknown:
        print(f"no such metric in docs/operations.md: {name}", file=sys.stderr)
    return 1 if waiting or broken or firing or unknown or not rules else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
