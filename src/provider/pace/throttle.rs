//! The rate a server has shown it takes, learned from what it refused.
//!
//! A span is the time between two refusals that are news. What was taken in it, by its length, is
//! the rate, whether the server keeps a bucket or a window. Only the first refusal leaves a
//! riddle: what went before was a burst that a full bucket let pass, or a whole window. The first
//! guess takes it for a window (the burst by the time until sending goes on), and the next spans
//! decide; see [`Reading`].
//!
//! `doubt` is by what share the rate may be wrong. It sets how fast the rate grows, and falls with
//! each refusal to [`LEAST_DOUBT`], at which about one request in forty is refused. Where refusals
//! cost much, since the server wants long pauses, the rate grows more slowly.

use std::time::Duration;

/// How long nothing is sent after the first refusal, if the server does not say.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// A pause of our own doubles while all is refused, up to this or a quarter of that time.
const PROBE_PAUSE: Duration = Duration::from_millis(250);
/// No reset is waited for longer, and no spacing is longer.
const LONGEST: Duration = Duration::from_secs(60);
/// The least doubt about the rate, and the least cut after a refusal.
const LEAST_DOUBT: f64 = 0.03;
/// Doubt grows by this factor with each request while nothing is refused for long,
const DOUBT_GROWTH: f64 = 1.02;
/// up to this.
const MOST_GROWN_DOUBT: f64 = 0.1;
/// Over how many requests a better rate is expected to pay back what finding it costs.
const HORIZON: f64 = 500.0;
/// Else what a refusal costs is spread over this many times as much work.
const WORTH: f64 = 30.0;
/// With fewer requests than this, a guess says next to nothing.
const FEW: f64 = 8.0;
/// How often the end of a span may be read as that of a window.
const MOST_WINDOWS: u8 = 3;
/// Sending catches up this much where timers are too coarse for the spacing.
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

/// A request refused for the rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    /// When it was sent.
    pub(super) sent: Duration,
    /// When the refusal came.
    pub(super) now: Duration,
    /// What it would have taken.
    pub(super) units: f64,
    /// How long the server asks to be left alone.
    pub(super) hint: Option<Duration>,
    /// How long until a limit of which nothing is left is whole again.
    pub(super) reset: Option<Duration>,
}

/// What a span that ended with a refusal is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// A span like those before it.
    Usual,
    /// What a bucket refilled since the burst emptied it.
    Refill,
    /// About as much as the burst: a window, so that the burst counts.
    Window,
    /// One request, soon after which there is room again: a window in which the burst moves along.
    Replay,
    /// One request and no more for long: a window or a slow refill.
    Riddle,
}

/// The learned rate of one kind of unit: requests, or tokens.
#[derive(Clone, Debug)]
pub(super) struct Throttle {
    /// Units a second; `None` until something was refused.
    rate: Option<f64>,
    /// When the next request may go.
    slot: Duration,
    /// When this span began: the last refusal that was news.
    since: Duration,
    /// Units sent in it and not refused.
    units: f64,
    /// What was taken before, the older the less it weighs.
    before: Taken,
    /// Units taken before the first refusal.
    burst: f64,
    /// The rate with which this span began.
    began: f64,
    /// By what share the rate may be wrong.
    doubt: f64,
    /// Whether the rate is that of a span between two refusals.
    measured: bool,
    /// Whether the rate rests on so few requests that it says next to nothing.
    few: bool,
    /// Units that could have gone during the last pause.
    lost: f64,
    /// How often a span was read as that of a window.
    windows: u8,
    /// Refusals in a row, after the first.
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

    /// What came before was the first request alone; the burst begins now.
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

    /// A request was sent. The rate grows with it if it `may_grow` and was what held it back.
    pub(super) fn sent(&mut self, now: Duration, units: f64, may_grow: bool) {
        self.units += units;
        let Some(mut rate) = self.rate else { return };
        if may_grow && now <= self.slot + spacing(units, rate) {
            let requests = self.units / units;
            if requests > 3.0 / self.doubt && requests > WORTH * self.lost / units {
                self.doubt = (self.doubt * DOUBT_GROWTH).min(MOST_GROWN_DOUBT);
            }
            rate = (rate * (1.0 + self.growth(rate, units))).min(1e9);
            self.rate = Some(rate);
        }
        let spacing = spacing(units, rate);
        let slack = if spacing < 2 * CATCH_UP {
            CATCH_UP
        } else {
            Duration::ZERO
        };
        self.slot = self.slot.max(now.saturating_sub(slack)) + spacing;
    }

    /// By what share the rate grows with a request.
    fn growth(&self, rate: f64, units: f64) -> f64 {
        let lost = self.lost / units;
        let plausible = self.began * (1.0 + 2.0 * self.doubt);
        let doubt = if self.few || rate <= plausible {
            self.doubt
        } else {
            LEAST_DOUBT
        };
        if doubt * HORIZON > lost {
            doubt * doubt
        } else if self.measured {
            doubt / (WORTH * lost)
        } else {
            2.0 * doubt / (WORTH * lost)
        }
    }

    pub(super) fn refused(&mut self, refusal: &Refusal) {
        let Refusal {
            sent, now, units, ..
        } = *refusal;
        if sent < self.since {
            self.refused_late(refusal);
            return;
        }
        self.units = (self.units - units).max(0.0);
        let span = Taken {
            units: self.units,
            seconds: sent.saturating_sub(self.since).as_secs_f64(),
        };
        match self.rate {
            None => {
                self.burst = self.units;
                self.begin_span(now, span);
                self.guess(refusal);
            }
            Some(_) if self.units < units => {
                self.refusals += 1;
                self.guess(refusal);
            }
            Some(rate) => {
                self.refusals = 0;
                let known = self.measure(rate, span, refusal);
                let pause = self.pause(refusal);
                self.begin_span(now, known.half());
                self.rest(now, pause);
            }
        }
    }

    /// Sent before the refusal that has been acted on: no news, but less was taken than thought.
    fn refused_late(&mut self, refusal: &Refusal) {
        let fewer = (self.before.units - refusal.units).max(refusal.units);
        if let Some(rate) = &mut self.rate
            && !self.measured
            && self.before.units > 0.0
        {
            *rate *= (fewer / self.before.units).min(1.0);
        }
        self.before.units = fewer;
        self.slot = self
            .slot
            .max(refusal.now + refusal.hint.unwrap_or_default());
    }

    fn begin_span(&mut self, now: Duration, before: Taken) {
        self.before = before;
        self.since = now;
        self.units = 0.0;
    }

    /// Nothing was taken since the last refusal. Nothing is known but what was taken before, and
    /// how long it will have been when sending goes on.
    fn guess(&mut self, refusal: &Refusal) {
        let Refusal { now, units, .. } = *refusal;
        let pause = self.pause(refusal);
        let mut known = self.before.and(Taken {
            units: self.units,
            seconds: (now + pause).saturating_sub(self.since).as_secs_f64(),
        });
        known.units = known.units.max(units);
        let seconds = known.seconds.max(1e-3);
        let told = refusal.hint.is_some() || (refusal.reset.is_some() && self.refusals > 0);
        let unsure = if !told {
            // The pause is ours: the server may be ready at any time in it.
            known.seconds -= 0.5 * pause.as_secs_f64();
            0.5 * pause.as_secs_f64() / seconds
        } else if !self.measured && self.windows == 0 {
            // The window may have begun at any time in the burst.
            0.5 * self.before.seconds / seconds
        } else {
            0.0
        };
        self.doubt = unsure.max(units / known.units).clamp(LEAST_DOUBT, 1.0);
        self.few = known.units < FEW * units;
        // A refusal never raises the rate.
        self.rate = Some(
            self.rate
                .map_or(known.rate(), |rate| rate.min(known.rate())),
        );
        self.rest(now, pause);
    }

    /// Sets the rate by what was taken in a span that ends, and gives what the rate rests on.
    fn measure(&mut self, rate: f64, span: Taken, refusal: &Refusal) -> Taken {
        let units = refusal.units;
        let reading = self.reading(rate, span, refusal);
        let pooled = span.and(self.before);
        let known = match reading {
            Reading::Refill if span.rate() < pooled.rate() => span,
            _ => pooled,
        };
        let mut target = known.rate();
        if reading == Reading::Riddle {
            target = (target * span.rate()).sqrt();
        }
        if target > self.began {
            // The rate grew past the server's while a bucket emptied: the server's lies between.
            let overshoot = (2.0 * self.growth(rate, units) * self.burst / units).sqrt();
            target = target.max(rate / (1.0 + overshoot));
        }
        let one_of = units / (span.units + units);
        let (least, doubt) = match reading {
            Reading::Usual => (1.0 - 2.0 * self.doubt, self.doubt / 2.0),
            Reading::Refill if pooled.rate() > 1.5 * span.rate() => (0.0, one_of.max(0.1)),
            Reading::Refill => (0.0, one_of),
            Reading::Window => (0.75, self.doubt),
            Reading::Replay => (0.5, self.doubt),
            Reading::Riddle => (0.0, 0.25),
        };
        self.doubt = doubt.clamp(LEAST_DOUBT, 1.0);
        self.measured = matches!(reading, Reading::Usual | Reading::Refill);
        self.windows += u8::from(!self.measured);
        self.few &= span.units < FEW * units;
        self.rate = Some(target.max(rate * least).min(rate * (1.0 - LEAST_DOUBT)));
        known
    }

    fn reading(&self, rate: f64, span: Taken, refusal: &Refusal) -> Reading {
        let units = refusal.units;
        // In a bucket that refills as slowly as this span says, the next unit is about as far off
        // as the whole span was long.
        let soon = |hint: Duration| hint.as_secs_f64() * span.rate() < 0.25 * units;
        if self.measured {
            Reading::Usual
        } else if self.windows == MOST_WINDOWS {
            Reading::Refill
        } else if span.units >= 0.4 * self.burst && rate < 1.5 * self.began {
            Reading::Window
        } else if span.units >= 2.0 * units || self.burst < FEW * units {
            Reading::Refill
        } else if refusal.hint.is_none_or(soon) {
            Reading::Replay
        } else {
            Reading::Riddle
        }
    }

    fn rest(&mut self, now: Duration, pause: Duration) {
        let rate = self.rate.unwrap_or_default();
        self.slot = now + pause;
        self.began = rate;
        self.lost = rate * pause.as_secs_f64();
    }

    /// How long nothing is sent.
    fn pause(&self, refusal: &Refusal) -> Duration {
        let again = self.refusals > 0;
        match (refusal.hint, refusal.reset) {
            (Some(hint), _) if !again => return hint,
            // A bucket would have had one more by now: it is a window, and the reset is its end.
            (None, Some(reset)) if again => return reset.min(LONGEST),
            _ => (),
        }
        let first = match self.rate {
            Some(rate) if self.measured => {
                let half = spacing(refusal.units, rate) / 2;
                half.clamp(Duration::from_millis(1), FIRST_PAUSE)
            }
            _ => FIRST_PAUSE,
        };
        let most = PROBE_PAUSE.max(refusal.now.saturating_sub(self.since) / 4);
        let own = first.saturating_mul(1 << self.refusals.min(20)).min(most);
        own.max(refusal.hint.unwrap_or_default())
    }
}

fn spacing(units: f64, rate: f64) -> Duration {
    Duration::from_secs_f64((units / rate).min(LONGEST.as_secs_f64()))
}
