"""An agent as it was written for the earlier service: HTTP alone, and only what Python brings along."""

import json
import sys
import time
import urllib.request

base, agent_id, capability = sys.argv[1:4]
began = time.time()


def call(method, path, body=None):
    request = urllib.request.Request(
        base + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


call("POST", "/ains/agents", {
    "agent_id": agent_id,
    "public_key": "ab" * 32,
    "display_name": "An earlier agent",
    "description": "Turns text into capitals",
    "endpoint": "http://localhost:9999",
    "signature": "cd" * 64,
    "tags": ["text"],
})
published = call("POST", f"/ains/agents/{agent_id}/capabilities", {
    "name": capability,
    "description": "Turns text into capitals",
    "version": "1.0.0",
    "input_schema": {"type": "object"},
    "output_schema": {"type": "object"},
    "pricing_model": "free",
    "price": 0.0,
})
assert published["status"] == "published", published

next_heartbeat = 0.0
while True:
    if time.time() >= next_heartbeat:
        beat = call("POST", f"/ains/agents/{agent_id}/heartbeat", {
            "timestamp": time.time(),
            "status": "ACTIVE",
            "uptime_ms": int((time.time() - began) * 1000),
            "metrics": {"cpu": 0.5},
        })
        assert beat["acknowledged"] is True and beat["agent_status"] == "AVAILABLE", beat
        next_heartbeat = time.time() + beat["next_heartbeat_in"]
    waiting = call("GET", f"/aitp/tasks?assigned_agent_id={agent_id}&status=ASSIGNED")
    for task in waiting["tasks"]:
        print("got", task["task_id"], int(time.time() * 1000), flush=True)
        done = call("PUT", f"/aitp/tasks/{task['task_id']}/status?agent_id={agent_id}", {
            "status": "COMPLETED",
            "result_data": {"text": task["input_data"]["text"].upper()},
        })
        assert done["status"] == "COMPLETED", done
    time.sleep(0.1)
