//! What a run will take: calls, tokens, money.
