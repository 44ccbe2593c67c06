//! Draws from the distributions that the simulations need.

use labelgate::stat::random::SplitMix64;

/// A source of draws.
pub(crate) struct Draw(SplitMix64);

impl Draw {
    /// The draws of one replication of a seed.
    pub(crate) fn replication(seed: u64, replication: u64) -> Self {
        Self(SplitMix64::stream(seed, replication))
    }

    /// Between 0 and 1, both excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal, by the polar method of Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Gamma of scale 1, by Marsaglia and Tsang 2000.
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.uniform().ln() / shape;
            return self.gamma(shape + 1.0) * boost.exp();
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Chances around the given means, such that two items drawn with them have the correlation
    /// `icc`: Dirichlet with concentration (1 − icc)/icc, beta where there are two.
    pub(crate) fn dirichlet<const K: usize>(&mut self, means: [f64; K], icc: f64) -> [f64; K] {
        if icc == 0.0 {
            return means;
        }
        let concentration = (1.0 - icc) / icc;
        let parts = means.map(|mean| self.gamma(mean * concentration));
        let total: f64 = parts.iter().sum();
        if total > 0.0 {
            parts.map(|part| part / total)
        } else {
            means
        }
    }

    /// The position of an outcome drawn with the given chances.
    pub(crate) fn category(&mut self, chances: &[f64]) -> usize {
        let mut left = self.uniform();
        for (place, chance) in chances.iter().enumerate() {
            left -= chance;
            if left < 0.0 {
                return place;
            }
        }
        chances.len() - 1
    }
}
