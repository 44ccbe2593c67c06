# What CI runs, and what is worth doing by hand. `just` lists the recipes.

# List the recipes
default:
    @just --list --unsorted

# Everything CI runs, in its order
ci: format lint test docs

# Check the format
format:
    cargo fmt --check

# Clippy over everything, warnings are errors
lint:
    cargo clippy --all-targets --locked -- -D warnings

# The tests
test:
    cargo test --locked

# Build the documentation, warnings are errors
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked --document-private-items

# The main job: judge the shipped prompts on the gold set
gate *ARGS:
    cargo run --release --locked -- gate {{ARGS}}

# Write the reports of the shipped project into reports/
reports:
    cargo run --release --locked -- gate -q -o reports/gate.md || [ $? -eq 1 ] || [ $? -eq 3 ]

# Pictures of the HTML report, on a laptop and a phone, light and dark, to be looked at
report-shots FOLDER='target/report-shots':
    LABELGATE_SHOTS={{FOLDER}} cargo test --locked --test it -- html::shots --nocapture

# How long the statistics take that people wait for (docs/benchmarks.md)
bench-stat *ARGS:
    cargo bench --locked --bench stat -- {{ARGS}}

# What a run costs beside the provider's own time, against a loopback provider (docs/benchmarks.md)
bench-run *ARGS:
    cargo bench --locked --bench run -- {{ARGS}}

# What intervals cover and what gates pass, on simulated users (docs/coverage.md)
bench-coverage *ARGS='--replications 4000':
    cargo bench --locked --bench coverage -- {{ARGS}}

# Kill live runs 200 times, and send 50,000 items through faults
soak:
    LABELGATE_SOAK_KILLS=200 LABELGATE_SOAK_ITEMS=50000 cargo test --locked --test it -- live::killed live::soak --nocapture --test-threads 1

# What `compare` says of simulated revisions, from label file to verdict (docs/coverage.md)
simulate-compare *ARGS='--replications 2000':
    cargo bench --locked --bench coverage -- --tables compare {{ARGS}}

# How often gates that stop early are wrong, and what they save (docs/coverage.md)
simulate-early *ARGS='--replications 2000':
    cargo bench --locked --bench coverage -- --tables early {{ARGS}}

# Licences, advisories and duplicate versions (needs cargo-deny)
deny:
    cargo deny check
