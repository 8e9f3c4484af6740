#!/usr/bin/python3
"""An AINS agent with confluent-kafka alone (Debian: python3-confluent-kafka): python-agent.py BROKER AGENT_ID CAPABILITY
It writes texts in capitals until SIGTERM. What the records mean is told in docs/protocol.md."""
import json, os, signal, sys, threading, time, uuid
from concurrent.futures import ThreadPoolExecutor
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
BROKER, AGENT, CAPABILITY = sys.argv[1:4]
PREFIX, SESSION, SLOTS, INTERVAL_S, DRAIN_S = os.environ.get("AINS_PREFIX", "ains."), str(uuid.uuid4()), 4, 2, 20
TASKS = PREFIX + "tasks." + CAPABILITY.replace("-", "--").replace("_", "-u").replace(":", "-c")
registered, leaving, heard, beating = (threading.Event() for _ in range(4))
begun, running, lock, pool, deadline = {}, {}, threading.RLock(), ThreadPoolExecutor(SLOTS), None
# A result waits for the brokers as long as this process lives; and without Java's partitioner it would go astray.
producer = Producer({"bootstrap.servers": BROKER, "partitioner": "murmur2_random", "acks": "all",
                     "enable.idempotence": True, "message.timeout.ms": 0})
consumer = Consumer({"bootstrap.servers": BROKER, "group.id": PREFIX + "agent." + AGENT,
                     "enable.auto.commit": False, "isolation.level": "read_committed"})
def handle(data, cancelled):  # the agent's work; if it takes long it should look at cancelled.is_set() now and then
    return {"text": data["text"].upper()}
def send(topic, key, kind, then=lambda: None, **fields):
    value = json.dumps({"type": kind, "agent_id": AGENT, "session_id": SESSION, **fields})
    producer.produce(PREFIX + topic, value, key, on_delivery=lambda error, message: then())
def report(of, kind, **fields):
    send("task.results", of["shard"], kind, task_id=of["task_id"], attempt=of["attempt"], **fields)
def register():
    send("agent.registrations", AGENT, "AgentRegistration", request_id=SESSION, heartbeat_interval_ms=INTERVAL_S * 1000,
         capabilities=[{"name": CAPABILITY, "max_concurrency": SLOTS}])
def heart():  # on a thread of its own; while the brokers are away one heartbeat waits for them, not a queue
    while registered.wait():
        status, due = "OFFLINE" if leaving.is_set() else "ACTIVE", time.monotonic() + INTERVAL_S
        if not beating.is_set():
            beating.set()
            send("agent.heartbeats", AGENT, "Heartbeat", beating.clear, status=status)
        while time.monotonic() < due and (status == "OFFLINE" or not leaving.is_set()):
            producer.poll(0.1)
def murmur2(key, m=0x5BD1E995, mask=0xFFFFFFFF):
    h, words = 0x9747B28C ^ len(key), [int.from_bytes(key[i:i + 4], "little") for i in range(0, len(key), 4)]
    for k in (word * m & mask for word in words[:len(key) // 4]):
        h = (h * m & mask) ^ ((k ^ k >> 24) * m & mask)
    h = (h ^ words[-1]) * m & mask if len(key) % 4 else h
    return (h := (h ^ h >> 13) * m & mask) ^ h >> 15
def position(topic):  # where our own partition ends: asked for, before anybody can have written to us
    while True:
        try:
            count = len(consumer.list_topics(topic, 30).topics[topic].partitions)
            mine = TopicPartition(topic, (murmur2(AGENT.encode()) & 0x7FFFFFFF) % count)
            return TopicPartition(topic, mine.partition, consumer.get_watermark_offsets(mine, 30)[1])
        except (KafkaException, ZeroDivisionError):
            time.sleep(0.2)  # the brokers are away, or do not all know a new topic yet
def work(of, cancelled):
    try:
        kind, fields = "TaskCompleted", {"result_data": handle(of.get("input_data"), cancelled)}
        assert len(json.dumps(fields)) < 1_044_480, "expected a result of less than 1,044,480 bytes"
    except Exception as e:  # data that do not fit now will not in another attempt; the world may have changed by then
        kind, fields = "TaskFailed", {"error_message": repr(e)[:1000], "retryable": isinstance(e, OSError)}
    with lock:
        if not cancelled.is_set():  # else nobody wants to know
            report(of, kind, **fields)
            del running[of["task_id"]]
def stop(of, attempt):  # Python cannot interrupt it: from now on it talks to the wall
    if of["task_id"] in running and running[of["task_id"]][0]["attempt"] <= attempt:
        running.pop(of["task_id"])[1].set()
def on_record(of):
    kind, ours, token = of["type"], of.get("session_id") == SESSION, (of.get("task_id"), of.get("attempt"))
    if kind == "AgentRegistered" and ours: registered.set()
    elif kind == "AgentRegistered" and registered.is_set() or kind == "AgentDeregistered" and ours:
        os._exit(3)  # somebody else is this agent now, or nobody shall be: not another word
    elif kind == "AgentRequestRejected" and ours:
        register() if of["code"] == "UNKNOWN_AGENT" else sys.exit(of["message"])
    elif kind == "AgentStatusChanged" and ours and of["reason"] == "GOODBYE": heard.set()
    elif kind == "TaskRevocation" and ours: stop(of, of["attempt"])
    elif kind == "TaskAssignment" and ours and token not in begun:  # it may come twice
        begun[token] = len(begun) > 20_000 and begun.pop(next(iter(begun)))
        stop(of, of["attempt"] - 1)
        if leaving.is_set() or len(running) >= SLOTS:
            return report(of, "TaskReleased", reason="closing" if leaving.is_set() else "all slots are in use")
        running[of["task_id"]] = of, threading.Event()
        report(of, "TaskStarted")
        pool.submit(work, *running[of["task_id"]])
admin = AdminClient({"bootstrap.servers": BROKER})
error = admin.create_topics([NewTopic(TASKS, 8, -1, config={
    "retention.ms": "86400000", "message.timestamp.type": "LogAppendTime"})])[TASKS].exception(30)
assert not error or "ALREADY_EXISTS" in str(error), error
consumer.assign([position(PREFIX + "agent.events"), position(TASKS)])
signal.signal(signal.SIGTERM, lambda *_: leaving.set())
register()
threading.Thread(target=heart, daemon=True).start()
while not (leaving.is_set() and heard.is_set() and not running) and time.monotonic() < (deadline or float("inf")):
    deadline = deadline or leaving.is_set() and time.monotonic() + DRAIN_S
    record = consumer.poll(0.25)
    if record and not record.error() and record.key() == AGENT.encode():  # the neighbours' are not even parsed
        with lock:
            on_record(json.loads(record.value()))
with lock:
    for of, cancelled in running.values():
        cancelled.set()
        report(of, "TaskReleased", reason="closing")
producer.flush(10)
os._exit(0)
