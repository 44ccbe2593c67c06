//! What a process took, out of `/proc`; on other systems only the time is known.

use std::fs;
use std::io::Read as _;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use super::Outcome;

/// What a process took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) peak_bytes: u64,
}

/// Clock ticks a second, as Linux reports times to programs.
const TICKS: u64 = 100;

/// Runs a command whose standard error is piped, to its end.
pub(crate) fn of(mut command: Command) -> Outcome<(Used, String, ExitStatus)> {
    let cpu_before = cpu_of_children();
    let began = Instant::now();
    let mut child = command.spawn()?;
    let mut errors = child.stderr.take();
    let reader = std::thread::spawn(move || {
        let mut said = String::new();
        if let Some(errors) = &mut errors {
            // What cannot be read is not shown.
            let _ = errors.read_to_string(&mut said);
        }
        said
    });
    let path = format!("/proc/{}/status", child.id());
    let mut peak_bytes = 0;
    let status = loop {
        // The peak only grows, so the last look before the end is nearly the whole.
        if let Ok(status) = fs::read_to_string(&path)
            && let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))
        {
            let kib: u64 = peak
                .trim()
                .trim_end_matches(" kB")
                .trim()
                .parse()
                .unwrap_or(0);
            peak_bytes = peak_bytes.max(kib * 1024);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let wall = began.elapsed();
    let cpu = cpu_of_children() - cpu_before;
    let used = Used {
        wall,
        cpu,
        peak_bytes,
    };
    Ok((used, reader.join().unwrap_or_default(), status))
}

/// What all children that ended have taken.
fn cpu_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name may hold spaces; the numbers follow its closing bracket.
    let numbers = stat.rsplit_once(')').map_or("", |(_, numbers)| numbers);
    let ticks = numbers.split_whitespace().skip(13).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}
