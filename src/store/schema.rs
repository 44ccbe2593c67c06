//! The tables, and the two numbers by which a store is known.

use rusqlite::Connection;

/// Stands in the file's header; "lgat".
pub(super) const APPLICATION_ID: i64 = 0x6c67_6174;

/// The version of the tables that is written here.
pub(super) const VERSION: i64 = 1;

/// Every table, as `SELECT`s that fail to compile if one of them or a column is not there.
pub(super) const PROBES: [&str; 6] = [
    "SELECT id, started_at, ended_at, ended, version, command FROM runs",
    "SELECT id, run, classifier, revision, provider, base_url, model, settings, prompt_sha256
     FROM series",
    "SELECT id, key, failure, run, settled_at, attempts, latency_ms, batch,
     failure_attempts, stop, model, request_id, input_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens,
     output_tokens, refusal, text FROM answers INDEXED BY answers_by_key WHERE key = x''",
    "SELECT id, provider, base_url, remote_id, state, created_at, requests, extra FROM batches",
    "SELECT batch, custom_id, key FROM batch_rows",
    "SELECT id, at, classifier, prompt_sha256, gold_digest, verdict, figures FROM gate_runs",
];

/// Makes the tables in an empty database, all or nothing.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         {}
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {VERSION};
         COMMIT;",
        include_str!("schema.sql")
    ))
}
