-- What the topics say, as rows. All of it can be deleted; it comes back from the topics.
-- Times are milliseconds since the epoch, JSON is TEXT; only SQL that SQLite and PostgreSQL share.

-- Up to where each partition is contained in the other tables. The topic's id tells a log from its successor of the same name.
CREATE TABLE projection_offset (
    topic        TEXT    NOT NULL,
    partition_id INTEGER NOT NULL,
    topic_id     TEXT    NOT NULL,
    next_offset  BIGINT  NOT NULL,
    PRIMARY KEY (topic, partition_id)
);

CREATE TABLE agent (
    agent_id               TEXT             NOT NULL PRIMARY KEY,
    session_id             TEXT             NOT NULL,
    status                 TEXT             NOT NULL,
    status_reason          TEXT             NOT NULL,
    status_since           BIGINT           NOT NULL,
    display_name           TEXT             NOT NULL,
    description            TEXT,
    endpoint               TEXT,
    public_key             TEXT,
    tags                   TEXT             NOT NULL,
    delivery               TEXT             NOT NULL,
    heartbeat_interval_ms  INTEGER          NOT NULL,
    capabilities           TEXT             NOT NULL,
    registered_at          BIGINT           NOT NULL,
    last_heartbeat_at      BIGINT,
    uptime_ms              BIGINT,
    metrics                TEXT,
    trust_score            DOUBLE PRECISION NOT NULL,
    tasks_completed        BIGINT           NOT NULL,
    tasks_failed           BIGINT           NOT NULL,
    avg_completion_ms      DOUBLE PRECISION,
    last_task_completed_at BIGINT,
    availability_1m        DOUBLE PRECISION NOT NULL,
    availability_5m        DOUBLE PRECISION NOT NULL,
    availability_60m       DOUBLE PRECISION NOT NULL,
    state_offset           BIGINT           NOT NULL
);
CREATE INDEX agent_by_status ON agent (status, agent_id);

CREATE TABLE agent_capability (
    agent_id        TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    max_concurrency INTEGER NOT NULL,
    price           DOUBLE PRECISION,
    latency_p99_ms  DOUBLE PRECISION,
    PRIMARY KEY (agent_id, name)
);
CREATE INDEX agent_capability_by_name ON agent_capability (name, agent_id);

CREATE TABLE trust_change (
    agent_id     TEXT             NOT NULL,
    event_offset BIGINT           NOT NULL,
    at           BIGINT           NOT NULL,
    cause        TEXT             NOT NULL,
    delta        DOUBLE PRECISION NOT NULL,
    score_before DOUBLE PRECISION NOT NULL,
    score_after  DOUBLE PRECISION NOT NULL,
    reason       TEXT,
    task_id      TEXT,
    PRIMARY KEY (agent_id, event_offset)
);
CREATE INDEX trust_change_by_time ON trust_change (at);

CREATE TABLE task (
    task_id           TEXT             NOT NULL PRIMARY KEY,
    client_id         TEXT             NOT NULL,
    task_type         TEXT             NOT NULL,
    capability        TEXT             NOT NULL,
    status            TEXT             NOT NULL,
    priority          INTEGER          NOT NULL,
    timeout_seconds   INTEGER          NOT NULL,
    max_retries       INTEGER          NOT NULL,
    retry_policy      TEXT             NOT NULL,
    routing_strategy  TEXT,
    sticky_key        TEXT,
    min_trust         DOUBLE PRECISION NOT NULL,
    not_before        BIGINT,
    expires_at        BIGINT,
    assigned_agent_id TEXT,
    attempt           INTEGER          NOT NULL,
    retry_count       INTEGER          NOT NULL,
    created_at        BIGINT           NOT NULL,
    updated_at        BIGINT           NOT NULL,
    pending_since     BIGINT,
    available_at      BIGINT,
    assigned_at       BIGINT,
    started_at        BIGINT,
    ended_at          BIGINT,
    progress_percent  DOUBLE PRECISION,
    progress_message  TEXT,
    result_data       TEXT,
    error_message     TEXT,
    status_reason     TEXT,
    event_offset      BIGINT           NOT NULL
);
CREATE INDEX task_by_time ON task (created_at, task_id);
CREATE INDEX task_by_client ON task (client_id, created_at, task_id);
CREATE INDEX task_by_status ON task (status, created_at, task_id);
CREATE INDEX task_by_type ON task (task_type, created_at, task_id);
CREATE INDEX task_by_capability ON task (capability, created_at, task_id);
CREATE INDEX task_by_agent ON task (assigned_agent_id, created_at, task_id);
CREATE INDEX task_waiting ON task (capability, priority, pending_since) WHERE status = 'PENDING';
CREATE INDEX task_held ON task (assigned_agent_id, status, assigned_at) WHERE status IN ('ASSIGNED', 'ACTIVE');
CREATE INDEX task_ended ON task (ended_at) WHERE ended_at IS NOT NULL;

-- Apart from the task, because a row is written whole at every transition and an input can be a megabyte.
CREATE TABLE task_input (
    task_id    TEXT NOT NULL PRIMARY KEY,
    input_data TEXT,
    metadata   TEXT
);

CREATE TABLE task_event (
    task_id      TEXT   NOT NULL,
    event_offset BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    type         TEXT   NOT NULL,
    status       TEXT,
    agent_id     TEXT,
    attempt      INTEGER,
    reason       TEXT,
    message      TEXT,
    PRIMARY KEY (task_id, event_offset)
);

CREATE TABLE dead_letter (
    task_id       TEXT    NOT NULL PRIMARY KEY,
    capability    TEXT    NOT NULL,
    at            BIGINT  NOT NULL,
    attempt       INTEGER NOT NULL,
    retry_count   INTEGER NOT NULL,
    reason        TEXT    NOT NULL,
    error_message TEXT    NOT NULL,
    agent_id      TEXT,
    task          TEXT    NOT NULL,
    letter_offset BIGINT  NOT NULL
);
CREATE INDEX dead_letter_by_time ON dead_letter (at, task_id);
CREATE INDEX dead_letter_by_capability ON dead_letter (capability, at, task_id);
