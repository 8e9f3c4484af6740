#!/usr/bin/env bash
# An AINS agent without any library: registers, heartbeats, does one task, and says goodbye, with kcat alone.
#
#   docs/kcat-agent.sh BROKER AGENT_ID CAPABILITY
#   docs/kcat-agent.sh localhost:9092 kcat-1 echo
#
# Ends with 0 after one completed task, with 1 if none came in time. Settings, from the environment:
#   AINS_PREFIX    the installation's topic prefix (ains.)
#   AINS_TIMEOUT   how many seconds to wait for the registration and the task together (120)
#
# What the records mean is told in docs/protocol.md. A program would read JSON properly; the patterns here rely on the
# order in which AINS writes the fields, ids before data.
set -euo pipefail

usage() {
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

[ $# -eq 3 ] || usage
broker=$1 agent=$2 capability=$3
prefix=${AINS_PREFIX:-ains.}
deadline=$((SECONDS + ${AINS_TIMEOUT:-120}))

id='^[A-Za-z0-9._:-]{1,128}$'
[[ $agent =~ $id && $capability =~ $id ]] || {
    echo "expected ids of 1 to 128 characters of A-Z a-z 0-9 . _ : -" >&2
    exit 2
}
command -v kcat >/dev/null || {
    echo "expected kcat to be installed" >&2
    exit 2
}

# A capability's topic: hyphen, underscore and colon are written in two characters each.
topic=${prefix}tasks.$(printf '%s' "$capability" | sed 's/-/--/g; s/_/-u/g; s/:/-c/g')
session=kcat-$(date +%s)-$$
# Where reading begins: safely before the registration, whatever the difference of the clocks.
since=$((($(date +%s) - 3600) * 1000))

work=$(mktemp -d)
touch "$work/events" "$work/tasks" "$work/errors" "$work/alive"
pids=()
cleanup() {
    [ $? -eq 0 ] || cat "$work/errors" >&2
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

say() { echo "$agent: $*"; }

# send TOPIC KEY JSON: acknowledged by all replicas. The partitioner is Java's: librdkafka's own would put the key on
# another partition than everybody else expects it on.
send() {
    printf '%s\t%s\n' "$2" "$3" |
        kcat -P -b "$broker" -t "$prefix$1" -K '\t' -X partitioner=murmur2_random -X acks=all \
            -X enable.idempotence=true 2>>"$work/errors"
}

# follow TOPIC FILE: appends "key<tab>value" of every committed record, from before the registration on.
follow() {
    kcat -C -q -u -b "$broker" -t "$1" -o "s@$since" -f '%k\t%s\n' -X isolation.level=read_committed \
        >"$2" 2>>"$work/errors" &
    pids+=($!)
}

# await WHAT FILE KIND: waits for the first record of this kind that is for this agent and this session.
await() {
    until grep -F "$agent"$'\t' "$2" | grep -F "\"session_id\":\"$session\"" | grep -F "\"type\":\"$3\"" >"$work/found"; do
        give_up_at_the_deadline "$1"
        sleep 0.2
    done
    head -n 1 "$work/found" | cut -f 2-
}

give_up_at_the_deadline() {
    if [ $SECONDS -ge $deadline ]; then
        echo "expected $1 in time, but there was none" >&2
        exit 1
    fi
}

# text FIELD, number FIELD: the first of that name in the JSON on stdin.
text() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
number() { grep -o "\"$1\":[0-9]*" | head -n 1 | cut -d : -f 2; }

heartbeat() {
    send agent.heartbeats "$agent" \
        "{\"type\":\"Heartbeat\",\"agent_id\":\"$agent\",\"session_id\":\"$session\",\"status\":\"$1\"}"
}

follow "${prefix}agent.events" "$work/events"
send agent.registrations "$agent" \
    "{\"type\":\"AgentRegistration\",\"agent_id\":\"$agent\",\"session_id\":\"$session\",\"request_id\":\"$session\",\
\"display_name\":\"kcat\",\"heartbeat_interval_ms\":5000,\
\"capabilities\":[{\"name\":\"$capability\",\"max_concurrency\":1}]}"
await "an answer to the registration" "$work/events" AgentRegistered >/dev/null
say "registered, session $session"

# A heartbeat that fails is not the end: the next one may do.
(while [ -e "$work/alive" ]; do heartbeat ACTIVE || true; sleep 2; done) &
heart=$!
pids+=("$heart")

# The dispatcher makes the topic when the first agent of a capability registers. Asked for by name it might be made
# by the broker, with the wrong settings; so all topics are listed.
until kcat -L -b "$broker" 2>>"$work/errors" | grep -qF "topic \"$topic\""; do
    give_up_at_the_deadline "the topic $topic"
    sleep 0.5
done
follow "$topic" "$work/tasks"
say "waits for a task on $topic"
assignment=$(await "a task" "$work/tasks" TaskAssignment)

task=$(text task_id <<<"$assignment")
attempt=$(number attempt <<<"$assignment")
shard=$(text shard <<<"$assignment")
of="\"task_id\":\"$task\",\"agent_id\":\"$agent\",\"session_id\":\"$session\",\"attempt\":$attempt"
say "does task $task, attempt $attempt"
send task.results "$shard" "{\"type\":\"TaskStarted\",$of}"
send task.results "$shard" "{\"type\":\"TaskCompleted\",$of,\"result_data\":{\"done_by\":\"kcat\"}}"
say "completed task $task"

# After the last word of the other loop, so that it is not taken back.
rm "$work/alive"
wait "$heart"
heartbeat OFFLINE
