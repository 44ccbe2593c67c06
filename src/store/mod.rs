//! The store: every answer that was paid for, durable before it counts.
