-- Made anew, and so read again from the topics: what lists and totals need is kept as it changes, so that no question
-- costs more the larger the fleet and its history are. ${text} is TEXT that is ordered by its bytes.

DROP TABLE projection_offset;
DROP TABLE agent;
DROP TABLE agent_capability;
DROP TABLE trust_change;
DROP TABLE task;
DROP TABLE task_input;
DROP TABLE task_event;
DROP TABLE dead_letter;

-- Up to where each partition is contained in the other tables. The topic's id tells a log from its successor of the same name.
CREATE TABLE projection_offset (
    topic        ${text} NOT NULL,
    partition_id INTEGER NOT NULL,
    topic_id     TEXT    NOT NULL,
    next_offset  BIGINT  NOT NULL,
    PRIMARY KEY (topic, partition_id)
);

-- One row, which every transaction that writes changes first: so one waits for the other where several services share the tables.
CREATE TABLE projection_turn (
    id    INTEGER NOT NULL PRIMARY KEY,
    turns BIGINT  NOT NULL
);
INSERT INTO projection_turn (id, turns) VALUES (1, 0);

-- How many there are of what. scope says of what:
--   tasks, tasks.client, tasks.type, tasks.capability, tasks.agent   part is the status
--   queue      name is the capability or empty for all, part the priority: tasks that wait
--   load       name is the capability or empty for all, part the agent: tasks that are held
--   dead       name is the capability or empty for all: dead letters
--   agents     name is the capability or empty for all, part the status
--   slots      name is the capability, part the status of the agents whose slots they are
--   tags       name is the tag: agents
--   minute     name is the minute since the epoch, part "completed", "timed" and "millis": tasks that were completed in it
CREATE TABLE tally (
    scope TEXT    NOT NULL,
    name  ${text} NOT NULL,
    part  ${text} NOT NULL,
    n     BIGINT  NOT NULL,
    PRIMARY KEY (scope, name, part)
);
CREATE INDEX tally_load ON tally (name, n DESC, part) WHERE scope = 'load';

CREATE TABLE agent (
    agent_id               ${text}          NOT NULL PRIMARY KEY,
    session_id             TEXT             NOT NULL,
    status                 TEXT             NOT NULL,
    status_reason          TEXT             NOT NULL,
    status_since           BIGINT           NOT NULL,
    resting                TEXT             NOT NULL,
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
    heartbeat_rate         DOUBLE PRECISION,
    heartbeat_jitter_ms    DOUBLE PRECISION,
    metrics                TEXT,
    trust_score            DOUBLE PRECISION NOT NULL,
    tasks_completed        BIGINT           NOT NULL,
    tasks_failed           BIGINT           NOT NULL,
    avg_completion_ms      DOUBLE PRECISION,
    last_task_completed_at BIGINT,
    availability_1m        DOUBLE PRECISION NOT NULL,
    availability_5m        DOUBLE PRECISION NOT NULL,
    availability_60m       DOUBLE PRECISION NOT NULL,
    -- The best of its capabilities; who names none comes last.
    price_order            DOUBLE PRECISION NOT NULL,
    latency_order          DOUBLE PRECISION NOT NULL,
    state_offset           BIGINT           NOT NULL
);
CREATE INDEX agent_by_status ON agent (status, agent_id);
CREATE INDEX agent_by_trust ON agent (trust_score DESC, agent_id);
CREATE INDEX agent_by_trust_tried ON agent (trust_score DESC, agent_id) WHERE tasks_completed + tasks_failed > 0;
CREATE INDEX agent_by_price ON agent (price_order, agent_id);
CREATE INDEX agent_by_latency ON agent (latency_order, agent_id);

CREATE TABLE agent_capability (
    agent_id        ${text} NOT NULL,
    name            ${text} NOT NULL,
    status          TEXT    NOT NULL,
    max_concurrency INTEGER NOT NULL,
    price_order     DOUBLE PRECISION NOT NULL,
    latency_order   DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (agent_id, name)
);
CREATE INDEX agent_capability_by_name ON agent_capability (name, agent_id);
CREATE INDEX agent_capability_by_status ON agent_capability (name, status, agent_id);
CREATE INDEX agent_capability_by_price ON agent_capability (name, price_order, agent_id);
CREATE INDEX agent_capability_by_latency ON agent_capability (name, latency_order, agent_id);

CREATE TABLE agent_tag (
    agent_id ${text} NOT NULL,
    tag      ${text} NOT NULL,
    PRIMARY KEY (agent_id, tag)
);
CREATE INDEX agent_tag_by_tag ON agent_tag (tag, agent_id);

-- Each capability's name by each of its ends, in lower case: what contains a text has an end that begins with it.
CREATE TABLE capability_ending (
    ending ${text} NOT NULL,
    name   ${text} NOT NULL,
    PRIMARY KEY (ending, name)
);
CREATE INDEX capability_ending_of_name ON capability_ending (name, ending);

CREATE TABLE trust_change (
    agent_id     ${text}          NOT NULL,
    event_offset BIGINT           NOT NULL,
    record_id    TEXT             NOT NULL,
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
    task_id           ${text}          NOT NULL PRIMARY KEY,
    client_id         ${text}          NOT NULL,
    task_type         ${text}          NOT NULL,
    capability        ${text}          NOT NULL,
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
    assigned_agent_id ${text},
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
    error_message     TEXT,
    status_reason     TEXT,
    event_offset      BIGINT           NOT NULL
);
CREATE INDEX task_by_status ON task (status, created_at, task_id);
CREATE INDEX task_by_client ON task (client_id, status, created_at, task_id);
CREATE INDEX task_by_type ON task (task_type, status, created_at, task_id);
CREATE INDEX task_by_capability ON task (capability, status, created_at, task_id);
CREATE INDEX task_by_agent ON task (assigned_agent_id, status, created_at, task_id) WHERE assigned_agent_id IS NOT NULL;
CREATE INDEX task_waiting ON task (capability, pending_since) WHERE pending_since IS NOT NULL;
CREATE INDEX task_oldest ON task (pending_since) WHERE pending_since IS NOT NULL;
CREATE INDEX task_ended ON task (ended_at) WHERE ended_at IS NOT NULL;

-- Apart from the task, because that is written at every transition, and these can be a megabyte.
CREATE TABLE task_input (
    task_id    ${text} NOT NULL PRIMARY KEY,
    input_data TEXT,
    metadata   TEXT
);
CREATE TABLE task_result (
    task_id     ${text} NOT NULL PRIMARY KEY,
    result_data TEXT
);

CREATE TABLE task_event (
    task_id      ${text} NOT NULL,
    event_offset BIGINT  NOT NULL,
    at           BIGINT  NOT NULL,
    type         TEXT    NOT NULL,
    status       TEXT,
    agent_id     TEXT,
    attempt      INTEGER,
    reason       TEXT,
    message      TEXT,
    PRIMARY KEY (task_id, event_offset)
);

CREATE TABLE dead_letter (
    task_id       ${text} NOT NULL PRIMARY KEY,
    capability    ${text} NOT NULL,
    at            BIGINT  NOT NULL,
    attempt       INTEGER NOT NULL,
    retry_count   INTEGER NOT NULL,
    reason        TEXT    NOT NULL,
    error_message TEXT    NOT NULL,
    agent_id      TEXT,
    task          TEXT    NOT NULL
);
CREATE INDEX dead_letter_by_time ON dead_letter (at, task_id);
CREATE INDEX dead_letter_by_capability ON dead_letter (capability, at, task_id);
