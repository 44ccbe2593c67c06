//! A stream of random numbers that is the same on every machine.

/// Steps of the generator: 2⁶⁴ divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64: small, fast, and long enough for resampling; not for secrets.
///
/// Source: Steele, Lea & Flood 2014.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The stream of the i-th resample of a seed. It depends on nothing else, so resamples may be
    /// drawn in any order and on any number of threads.
    ///
    /// ```
    /// use labelgate::stat::random::SplitMix64;
    /// assert_ne!(SplitMix64::stream(7, 0).next_u64(), SplitMix64::stream(7, 1).next_u64());
    /// ```
    pub fn stream(seed: u64, i: u64) -> Self {
        // Mixed twice, because neighbouring states are the same stream one step apart.
        let start = mixed(seed.wrapping_add(STEP));
        Self::new(mixed(start ^ mixed(i.wrapping_mul(STEP).wrapping_add(1))))
    }

    /// The next number.
    ///
    /// ```
    /// use labelgate::stat::random::SplitMix64;
    /// assert_eq!(SplitMix64::new(0).next_u64(), 0xe220_a839_7b1d_cdaf);
    /// ```
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mixed(self.state)
    }

    /// The next position below `bound`, by multiplying and keeping the upper half; 0 where `bound`
    /// is 0.
    ///
    /// ```
    /// use labelgate::stat::random::SplitMix64;
    /// assert_eq!(SplitMix64::new(0).index(10), 8);
    /// ```
    pub fn index(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }
}

fn mixed(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
