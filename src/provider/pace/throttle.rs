//! The rate a server has shown it takes, learned from what it refused.

use std::time::Duration;

/// How long nothing is sent after the first refusal, if the server does not say.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// A pause of our own, doubled so often, grows no further than this or a quarter of the time since
/// anything was taken.
const PROBE_PAUSE: Duration = Duration::from_millis(250);
/// No spacing is longer.
const LONGEST_SPACING: Duration = Duration::from_secs(60);
/// The least doubt about the rate, as a share of it.
const LEAST_DOUBT: f64 = 0.03;
/// A refusal that cost so many times what doubt could gain is not risked soon again.
const HORIZON: f64 = 500.0;
/// What a refusal costs is spread over this many times as much work.
const WORTH: f64 = 30.0;
/// Sending may catch up this much time when timers are too coarse for the spacing.
const CATCH_UP: Duration = Duration::from_millis(5);

/// What went to the server in a span and was not refused.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    units: f64,
    seconds: f64,
}

impl Taken {
    fn rate(self) -> f64 {
        self.units / self.seconds.max(1e-3)
    }

    fn and(self, other: Self) -> Self {
        Self {
            units: self.units + other.units,
            seconds: self.seconds + other.seconds,
        }
    }

    fn half(self) -> Self {
        Self {
            units: self.units / 2.0,
            seconds: self.seconds / 2.0,
        }
    }
}

/// The learned rate of one kind of unit: requests, or tokens.
#[derive(Clone, Debug)]
pub(super) struct Throttle {
    /// Units a second; `None` until something was refused.
    rate: Option<f64>,
    /// When the next unit may go.
    slot: Duration,
    /// The last refusal that was news.
    since: Duration,
    /// Units sent since and not refused.
    units: f64,
    /// What was taken before, the older the less it weighs.
    before: Taken,
    /// What was taken at once before the first refusal.
    burst: f64,
    /// The rate with which this span began.
    began: f64,
    /// By what share the rate may be wrong.
    doubt: f64,
    /// Whether the rate was measured between two refusals.
    measured: bool,
    /// Whether so little was known that the rate says next to nothing.
    few: bool,
    /// Units that the last refusal cost.
    lost: f64,
    /// How often a refusal was taken for the end of a window.
    windows: u8,
    /// Refusals in a row.
    refusals: u32,
}

impl Throttle {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            rate: None,
            slot: now,
            since: now,
            units: 0.0,
            before: Taken::default(),
            burst: 0.0,
            began: 0.0,
            doubt: 1.0,
            measured: false,
            few: false,
            lost: 0.0,
            windows: 0,
            refusals: 0,
        }
    }

    /// What is sent from now on is sent as fast as may be.
    pub(super) fn opened(&mut self, now: Duration) {
        if self.rate.is_none() {
            self.since = now;
        }
    }

    /// When the next request may go; the past if it may go now.
    pub(super) fn ready_at(&self) -> Duration {
        self.slot
    }

    pub(super) fn rate(&self) -> Option<f64> {
        self.rate
    }

    pub(super) fn sent(&mut self, now: Duration, units: f64, grow: bool) {
        self.units += units;
        let Some(mut rate) = self.rate else { return };
        let spacing = |rate: f64| Duration::from_secs_f64((units / rate).min(LONGEST_SPACING.as_secs_f64()));
        if grow && now <= self.slot + spacing(rate) {
            let requests = self.units / units;
            if requests > 3.0 / self.doubt && requests > WORTH * self.lost / units {
                self.doubt = (self.doubt * 1.02).min(0.1);
            }
            rate = (rate * (1.0 + self.growth(rate, units))).min(1e9);
            self.rate = Some(rate);
        }
        let spacing = spacing(rate);
        let slack = if spacing < 2 * CATCH_UP { CATCH_UP } else { Duration::ZERO };
        self.slot = self.slot.max(now.saturating_sub(slack)) + spacing;
    }

    fn growth(&self, rate: f64, units: f64) -> f64 {
        let lost = self.lost / units;
        let doubt = if !self.few && rate > self.began * (1.0 + 2.0 * self.doubt) {
            LEAST_DOUBT
        } else {
            self.doubt
        };
        if doubt * HORIZON > lost {
            doubt * doubt
        } else if self.measured {
            doubt / (WORTH * lost)
        } else {
            2.0 * doubt / (WORTH * lost)
        }
    }

    /// A request sent at `sent` was refused for the rate, and the server asks for a `hint` of rest.
    pub(super) fn refused(&mut self, sent: Duration, now: Duration, units: f64, hint: Option<Duration>, reset: Option<Duration>) {
        if sent < self.since {
            // Sent before the refusal that has been acted on: no news, and one less was taken.
            let fewer = (self.before.units - units).max(units);
            if let Some(rate) = &mut self.rate && !self.measured && self.before.units > 0.0 {
                *rate *= (fewer / self.before.units).min(1.0);
            }
            self.before.units = fewer;
            self.slot = self.slot.max(now + hint.unwrap_or_default());
            return;
        }
        self.units = (self.units - units).max(0.0);
        if cfg!(test) && std::env::var("TRACE").is_ok() { println!("{now:?} refused: units {} rate {:?} began {} doubt {} before {:?} hint {hint:?}", self.units, self.rate, self.began, self.doubt, self.before); }
        let span = Taken { units: self.units, seconds: sent.saturating_sub(self.since).as_secs_f64() };
        match self.rate {
            None => {
                self.burst = self.units;
                self.before = span;
                self.since = now;
                self.units = 0.0;
                self.estimate(now, units, hint, reset);
            }
            Some(_) if self.units < units => {
                self.refusals += 1;
                self.estimate(now, units, hint, reset);
            }
            Some(rate) => {
                self.refusals = 0;
                let pooled = span.and(self.before);
                // As much as at first, or next to nothing: what is taken again after a time is a
                // window, not a bucket that refills slowly.
                let whole = self.units >= 0.4 * self.burst && rate < 1.5 * self.began;
                let soon = hint.is_none_or(|hint| hint.as_secs_f64() * span.rate() < 0.25 * units);
                let little = self.units < 2.0 * units && self.burst >= 8.0 * units;
                let window = !self.measured && self.windows < 3 && (whole || little);
                self.windows += u8::from(window);
                let known = if self.measured || window || pooled.rate() < span.rate() { pooled } else { span };
                let mut target = known.rate();
                if window && little && !soon {
                    target = (target * span.rate()).sqrt();
                }
                if target > self.began {
                    // The rate grew past the server's, so that the server's lies between.
                    let overshoot = (2.0 * self.growth(rate, units) * self.burst / units).sqrt();
                    target = target.max(rate / (1.0 + overshoot));
                }
                let least = match (self.measured, window) {
                    (true, _) => rate * (1.0 - 2.0 * self.doubt).max(0.0),
                    (false, true) => rate * if whole { 0.75 } else if soon { 0.5 } else { 0.0 },
                    (false, false) => 0.0,
                };
                self.doubt = match (self.measured, window) {
                    (true, _) => self.doubt / 2.0,
                    (false, true) => self.doubt,
                    (false, false) if pooled.rate() > 1.5 * span.rate() => (units / (self.units + units)).max(0.1),
                    (false, false) => units / (self.units + units),
                };
                self.doubt = self.doubt.clamp(LEAST_DOUBT, 1.0);
                self.measured = !window;
                self.few &= self.units < 8.0 * units;
                self.rate = Some(target.max(least).min(rate * (1.0 - LEAST_DOUBT)));
                let pause = self.pause(now, units, hint, reset);
                self.before = known.half();
                self.since = now;
                self.units = 0.0;
                self.rest(now, pause);
            }
        }
    }

    /// Nothing is known but what was taken before and how long it now has been.
    fn estimate(&mut self, now: Duration, units: f64, hint: Option<Duration>, reset: Option<Duration>) {
        let pause = self.pause(now, units, hint, reset);
        let span = Taken {
            units: self.units,
            seconds: (now + pause).saturating_sub(self.since).as_secs_f64(),
        };
        let mut known = span.and(self.before);
        known.units = known.units.max(units);
        let told = hint.is_some() || (reset.is_some() && self.refusals > 0);
        let over = if told { 0.0 } else { 0.5 * pause.as_secs_f64() };
        let unsure = over / known.seconds.max(1e-3);
        let unsure = unsure.max(0.25 * self.before.seconds / known.seconds.max(1e-3));
        known.seconds -= over;
        self.doubt = unsure.max(units / known.units).clamp(LEAST_DOUBT, 1.0);
        self.few = known.units < 8.0 * units;
        self.rate = Some(known.rate());
        self.rest(now, pause);
    }

    fn rest(&mut self, now: Duration, pause: Duration) {
        let rate = self.rate.unwrap_or_default();
        self.slot = now + pause;
        self.began = rate;
        self.lost = rate * pause.as_secs_f64();
    }

    fn pause(&self, now: Duration, units: f64, hint: Option<Duration>, reset: Option<Duration>) -> Duration {
        if let Some(hint) = hint && self.refusals == 0 {
            return hint;
        }
        if let Some(reset) = reset && self.refusals > 0 && hint.is_none() {
            return reset;
        }
        let spacing = self.rate.filter(|_| self.measured).map_or(FIRST_PAUSE, |rate| {
            Duration::from_secs_f64((0.5 * units / rate).clamp(1e-3, FIRST_PAUSE.as_secs_f64()))
        });
        let most = PROBE_PAUSE.max(now.saturating_sub(self.since) / 4);
        let own = spacing.saturating_mul(1 << self.refusals.min(20)).min(most);
        own.max(hint.unwrap_or_default())
    }
}
