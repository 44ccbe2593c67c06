//! Gates whose items are asked in waves: how often they are wrong, and what they save.

use labelgate::gate::Verdict;

use crate::Settings;
use crate::cells::Cell;
use crate::simulation::early::cases;
use crate::simulation::{Population, ZipfLaw};

/// Verdicts that became certain, those that were wrong, and items not asked about.
pub(crate) fn verdicts(settings: &Settings) {
    println!("| cell | gate | pass | fail | undecided | wrong | items saved |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut cells = vec![Cell(Population {
        law: ZipfLaw::single(),
        n_sessions: 1000,
        icc: 0.0,
    })];
    cells.extend([
        Cell::new("light", 1000, 0.1),
        Cell::new("light", 1000, 0.3),
        Cell::new("heavy", 1000, 0.3),
        Cell::new("light", 5000, 0.3),
    ]);
    for cell in cells.iter().filter(|cell| settings.wants_cell(cell)) {
        for case in cases() {
            let (mut counts, mut wrong) = ([0_u64; 3], 0_u64);
            let (mut asked, mut of) = (0, 0);
            for replication in 0..settings.replications {
                let came = case.run(&cell.0, replication);
                counts[match came.verdict {
                    Some(Verdict::Pass) => 0,
                    Some(Verdict::Fail) => 1,
                    _ => 2,
                }] += 1;
                wrong += u64::from(came.is_wrong);
                asked += came.asked;
                of += came.of;
            }
            let share = |count: u64| 100.0 * count as f64 / settings.replications as f64;
            let [pass, fail, open] = counts.map(share);
            let saved = 100.0 * (1.0 - asked as f64 / of as f64);
            println!(
                "| {cell} | {} | {pass:.1} | {fail:.1} | {open:.1} | {:.1} | {saved:.0} |",
                case.name,
                share(wrong)
            );
        }
    }
}
