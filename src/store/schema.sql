-- Version 1 of the store. Times are milliseconds since 1970, UTC.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    -- Both absent while the run goes on, and for ever if it was killed.
    ended_at INTEGER,
    ended TEXT,
    version TEXT NOT NULL,
    command TEXT NOT NULL
) STRICT;

-- What a run asked: a classifier's revision, of a provider's model, with these settings.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs,
    classifier TEXT NOT NULL,
    revision TEXT NOT NULL,
    provider TEXT NOT NULL,
    base_url TEXT NOT NULL,
    model TEXT NOT NULL,
    settings TEXT NOT NULL,
    prompt_sha256 TEXT NOT NULL,
    UNIQUE (classifier, revision, run)
) STRICT;

-- Rows are only ever added. Long texts come last, so that what precedes them is read without them.
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    -- Absent for an answer.
    failure TEXT,
    run INTEGER NOT NULL REFERENCES runs,
    settled_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    -- Of a failure after which no more was tried.
    failure_attempts INTEGER,
    -- Of an answer.
    stop TEXT,
    model TEXT,
    request_id TEXT,
    input_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    cache_write_1h_tokens INTEGER,
    output_tokens INTEGER,
    refusal TEXT,
    -- The reply as received; of a failure, what was said.
    text TEXT
) STRICT;

-- Adding to an index of hashes touches a page for each; it is all that is slow about adding, so
-- there is no other index.
CREATE INDEX answers_by_key ON answers (key);

CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    base_url TEXT NOT NULL,
    -- The provider's name of it, once the provider has said it.
    remote_id TEXT,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    extra TEXT NOT NULL
) STRICT;

CREATE TABLE batch_rows (
    batch INTEGER NOT NULL REFERENCES batches,
    custom_id TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (batch, custom_id)
) STRICT, WITHOUT ROWID;

-- Every time a candidate was held against a gold set.
CREATE TABLE gate_runs (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    classifier TEXT NOT NULL,
    prompt_sha256 TEXT NOT NULL,
    gold_digest TEXT NOT NULL,
    verdict TEXT NOT NULL,
    figures TEXT NOT NULL
) STRICT;

CREATE INDEX gate_runs_by_gold ON gate_runs (classifier, gold_digest);
