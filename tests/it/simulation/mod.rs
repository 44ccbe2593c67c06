//! Simulated sessions of users whose sessions are alike: the data on which intervals and gates are
//! judged. All but `compare` knows of the crate only its stream of random numbers.
//!
//! Sessions per user follow a Zipf law. A user's chances are drawn once (beta, or Dirichlet for more
//! than two outcomes) and all of the user's sessions with them, so that any two sessions of a user
//! have the intra-cluster correlation `icc`, for every outcome and every difference of outcomes.

pub(crate) mod compare;
pub(crate) mod draw;
pub(crate) mod early;

use draw::Draw;

/// How many sessions users have: chances of 1, 2, … up to a cap, falling with a power.
#[derive(Clone, Debug)]
pub(crate) struct ZipfLaw {
    /// The word for it in tables.
    pub(crate) name: &'static str,
    /// Chances of at most 1, 2, … sessions.
    cumulative: Vec<f64>,
    /// Sessions of an average user.
    pub(crate) mean: f64,
}

impl ZipfLaw {
    /// Most users have one session: exponent 2.5 up to 100, 1.8 sessions on average.
    pub(crate) fn light() -> Self {
        Self::new("light", 2.5, 100)
    }

    /// A few users have most sessions: exponent 1.8 up to 200, 5.4 sessions on average.
    pub(crate) fn heavy() -> Self {
        Self::new("heavy", 1.8, 200)
    }

    /// Every user has one session, so that sessions are independent.
    pub(crate) fn single() -> Self {
        Self::new("single", 1.0, 1)
    }

    fn new(name: &'static str, exponent: f64, cap: u32) -> Self {
        let weights: Vec<f64> = (1..=cap).map(|m| f64::from(m).powf(-exponent)).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let cumulative = weights
            .iter()
            .map(|weight| {
                sum += weight / total;
                sum
            })
            .collect();
        let mean = (1..=cap)
            .zip(&weights)
            .map(|(m, weight)| f64::from(m) * weight / total)
            .sum();
        Self {
            name,
            cumulative,
            mean,
        }
    }

    /// The number of users who have `n_sessions` together on average.
    pub(crate) fn n_users(&self, n_sessions: u32) -> usize {
        (f64::from(n_sessions) / self.mean).round() as usize
    }

    /// The number of sessions of one user.
    pub(crate) fn sessions(&self, draw: &mut Draw) -> u32 {
        let u = draw.uniform();
        let fewer = self.cumulative.partition_point(|below| *below < u);
        fewer.min(self.cumulative.len() - 1) as u32 + 1
    }
}

/// A population of users: how many, how many sessions they have, and how alike those are.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    /// The law of sessions per user.
    pub(crate) law: ZipfLaw,
    /// Sessions to expect in all.
    pub(crate) n_sessions: u32,
    /// Correlation between two sessions of a user.
    pub(crate) icc: f64,
}

impl Population {
    /// The number of users in every sample.
    pub(crate) fn n_users(&self) -> usize {
        self.law.n_users(self.n_sessions)
    }

    /// A sample of sessions with K outcomes of the given mean chances: counts by user.
    pub(crate) fn sample<const K: usize>(
        &self,
        chances: [f64; K],
        draw: &mut Draw,
    ) -> Vec<[u32; K]> {
        (0..self.n_users())
            .map(|_| {
                let sessions = self.law.sessions(draw);
                let own = draw.dirichlet(chances, self.icc);
                let mut counts = [0; K];
                for _ in 0..sessions {
                    counts[draw.category(&own)] += 1;
                }
                counts
            })
            .collect()
    }
}
