//! Simulated revisions through the path of `compare FILE --margin`: label file in, verdict out.

use labelgate::gate::Verdict;

use crate::Settings;
use crate::cells::Cell;
use crate::simulation::compare::{REVISIONS, compared, label_file};
use crate::simulation::{Population, ZipfLaw};

/// Verdicts and alarms of each simulated revision.
pub(crate) fn verdicts(settings: &Settings) {
    println!("| cell | the candidate is | pass | fail | inconclusive | any alarm |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut cells = vec![Cell(Population {
        law: ZipfLaw::single(),
        n_sessions: 1000,
        icc: 0.0,
    })];
    cells.extend([
        Cell::new("light", 1000, 0.1),
        Cell::new("light", 1000, 0.3),
        Cell::new("heavy", 1000, 0.3),
    ]);
    for cell in cells.iter().filter(|cell| settings.wants_cell(cell)) {
        for revision in &REVISIONS {
            let mut counts = [0_u64; 3];
            let mut n_alarms = 0_u64;
            for replication in 0..settings.replications {
                let text = label_file(&cell.0, revision.chances, replication);
                let (verdict, has_alarm) = compared(text);
                let place = match verdict {
                    Verdict::Pass => 0,
                    Verdict::Fail => 1,
                    Verdict::Inconclusive => 2,
                };
                counts[place] += 1;
                n_alarms += u64::from(has_alarm);
            }
            let share = |count: u64| 100.0 * count as f64 / settings.replications as f64;
            let [pass, fail, open] = counts.map(share);
            let name = revision.name;
            println!(
                "| {cell} | {name} | {pass:.1} | {fail:.1} | {open:.1} | {:.1} |",
                share(n_alarms)
            );
        }
    }
}
