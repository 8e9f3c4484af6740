-- The capabilities that a living agent does not take tasks of, and how regular its heartbeats are.
ALTER TABLE agent ADD COLUMN resting TEXT NOT NULL DEFAULT '[]';
ALTER TABLE agent ADD COLUMN heartbeat_rate DOUBLE PRECISION;
ALTER TABLE agent ADD COLUMN heartbeat_jitter_ms DOUBLE PRECISION;
