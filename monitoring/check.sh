#!/usr/bin/env bash
# Runs the demo with load and Debian's Prometheus with the shipped configuration, asks every query of every dashboard and
# every rule, and fails if one returns nothing or an alert fires. PORT is the first of five ports in a row (28000);
# WATCH_S is for how many seconds after that no alert may fire (0).
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-28000}
watch=${WATCH_S:-0}
registry=http://localhost:$port
prometheus=http://localhost:$((port + 4))
work=$(mktemp -d)
cleanup() {
  kill "${prom:-}" "${demo:-}" "${clients:-}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

promtool check config monitoring/prometheus/prometheus.yml
promtool test rules monitoring/prometheus/tests/*.yml

./ains demo --port "$port" --heartbeat-port $((port + 1)) --dispatcher-port $((port + 2)) \
  --kafka-port $((port + 3)) >"$work/demo.log" 2>&1 &
demo=$!
cp -r monitoring/prometheus "$work"
sed -i "s/localhost:8000/localhost:$port/; s/localhost:8001/localhost:$((port + 1))/; s/localhost:8002/localhost:$((port + 2))/" \
  "$work/prometheus/targets.yml"
for _ in $(seq 180); do
  curl -sf "$registry/readyz" >/dev/null && break
  kill -0 "$demo" 2>/dev/null || { cat "$work/demo.log" >&2; exit 1; }
  sleep 1
done

# What the demo's agents do not do: requests over HTTP, a poll among them, and a refusal.
clients() {
  for i in $(seq 100000); do
    curl -s "$registry/ains/agents" >/dev/null
    curl -s "$registry/aitp/tasks" -H 'content-type: application/json' -d '{"client_id": "check", "task_type": "t",
      "capability_required": "embed", "task_id": "check-'"$i"'", "input_data": {"text": "a fact"}}' >/dev/null
    curl -s "$registry/aitp/tasks/check-$i" >/dev/null
    sleep 1
  done
}
clients &
clients=$!

prometheus --config.file="$work/prometheus/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
  --web.listen-address="localhost:$((port + 4))" --log.level=warn >"$work/prometheus.log" 2>&1 &
prom=$!
for _ in $(seq 60); do
  curl -sf "$prometheus/-/ready" >/dev/null && break
  sleep 1
done
python3 monitoring/check.py "$prometheus" || { tail -n 20 "$work/prometheus.log" "$work/demo.log" >&2; exit 1; }

for ((left = watch; left > 0; left -= 5)); do
  sleep 5
  fired=$(curl -s "$prometheus/api/v1/query" --data-urlencode 'query=ALERTS{alertstate="firing"}')
  grep -q '"result":\[\]' <<<"$fired" || { echo "an alert fires on a healthy demo: $fired" >&2; exit 1; }
done
[ "$watch" -eq 0 ] || echo "no alert in $watch s"
