use super::copies::with_copies;
use super::seven;
use super::words::Words;

/// The way back, written apart from the way there.
fn decode(text: &str, n_bytes: usize) -> Vec<u8> {
    const KEPT_OUT: [u32; 14] = [0, 7, 8, 10, 11, 12, 13, 14, 15, 26, 27, 60, 38, 127];
    let mut bits: Vec<bool> = Vec::new();
    let mut push = |group: u32| bits.extend((0..7).rev().map(|bit| group >> bit & 1 == 1));
    for character in text.chars().map(u32::from) {
        match character {
            10 => {}
            0x100.. => {
                push(KEPT_OUT[((character - 0x100) / 128) as usize]);
                push((character - 0x100) % 128);
            }
            group => push(group),
        }
    }
    let bytes = bits.chunks_exact(8);
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    bytes.map(byte).take(n_bytes).collect()
}

fn uncode(bytes: &[u8]) -> Vec<String> {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap();
    let words: Vec<&[u8]> = bytes[..end].split(|byte| *byte == b'\n').collect();
    let (mut texts, mut text) = (Vec::new(), Vec::new());
    let mut rest = bytes[end + 1..].iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            0 => texts.push(String::from_utf8(std::mem::take(&mut text)).unwrap()),
            1 => {
                let n = rest.next().unwrap();
                text.extend(rest.by_ref().take(usize::from(n)));
            }
            2..=127 => text.push(byte),
            128..=223 => text.extend(words[usize::from(byte) - 128]),
            _ => {
                let second = rest.next().unwrap();
                let at = 96 + (usize::from(byte) - 224) * 128 + usize::from(second) - 128;
                text.extend(words[at]);
            }
        }
    }
    texts
}

fn uncopy(bytes: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = bytes.iter().copied();
    let number = |rest: &mut dyn Iterator<Item = u8>| {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = usize::from(rest.next().unwrap());
            number |= (byte & 127) << shift;
            shift += 7;
            if byte < 128 {
                return number;
            }
        }
    };
    while let Some(byte) = rest.next() {
        if byte != 0x1f {
            out.push(byte);
            continue;
        }
        match number(&mut rest) {
            0 => out.push(byte),
            length => {
                let from = number(&mut rest);
                for at in from..from + length {
                    out.push(out[at]);
                }
            }
        }
    }
    out
}

#[test]
fn what_came_long_before_is_copied_and_comes_back() {
    let mut random = fastrand_like(9);
    let passage: Vec<u8> = (0..5000).map(|_| random()).collect();
    let mut bytes = Vec::new();
    for _ in 0..6 {
        bytes.extend_from_slice(&passage);
        bytes.extend((0..40_000).map(|_| random()));
    }
    bytes.extend([0x1f; 40]);
    let copied = with_copies(&bytes);
    assert!(copied.len() + 4 * 5000 < bytes.len(), "{}", copied.len());
    assert_eq!(uncopy(&copied), bytes);
    let repeated = b"0123456789".repeat(20_000);
    assert_eq!(uncopy(&with_copies(&repeated)), repeated);
    assert_eq!(with_copies(&[]), Vec::<u8>::new());
}

#[test]
fn any_bytes_come_back_out_of_seven_bits() {
    let mut random = fastrand_like(7);
    for n in 0..300 {
        let bytes: Vec<u8> = (0..n).map(|_| random()).collect();
        assert_eq!(decode(&seven::encode(&bytes), n), bytes, "{n}");
    }
    let all: Vec<u8> = (0..=255).cycle().take(20_000).collect();
    assert_eq!(decode(&seven::encode(&all), all.len()), all);
}

#[test]
fn the_text_of_bytes_holds_nothing_a_parser_or_a_terminal_acts_on() {
    let mut random = fastrand_like(8);
    let bytes: Vec<u8> = (0..100_000).map(|_| random()).collect();
    let text = seven::encode(&bytes);
    assert!(!text.contains(['<', '&', '\0', '\r', '\u{1b}']));
    assert!(text.chars().all(|c| !('\u{7f}'..'\u{100}').contains(&c)));
    assert!(text.len() * 100 < bytes.len() * 116, "{}", text.len());
    assert_eq!(decode(&text, bytes.len()), bytes);
}

#[test]
fn any_texts_come_back_out_of_codes() {
    let texts = [
        "plain words, plain words, plain words and more plain words",
        "",
        "<script>alert(1)</script> javascript:void(0) <!-- -->",
        "größer 東京東京 🎉 a\u{0}b\u{1}c\u{7f}",
        "  two  spaces _under_score x2y\n\ttabs\r\n",
        &"東".repeat(200),
    ];
    let words = Words::of(texts.iter().copied());
    let mut bytes = Vec::new();
    words.list(&mut bytes);
    for text in texts {
        words.code(text, &mut bytes);
    }
    assert_eq!(uncode(&bytes), texts);
}

#[test]
fn more_words_than_codes_leave_the_rest_spelled_out() {
    let word = |n: usize| -> String {
        let letters = (0..4).map(|at| char::from(b'a' + (n / 26_usize.pow(at) % 26) as u8));
        letters.chain("tail".chars()).collect()
    };
    let many: String = (0..6000)
        .map(|n| format!("{} ", word(n)).repeat(3))
        .collect();
    let words = Words::of([&*many].into_iter());
    let mut bytes = Vec::new();
    words.list(&mut bytes);
    words.code(&many, &mut bytes);
    assert!(bytes.iter().any(|byte| *byte >= 128));
    assert_eq!(uncode(&bytes), [many]);
}

/// A stream of bytes that is the same every time.
fn fastrand_like(seed: u64) -> impl FnMut() -> u8 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    }
}

#[test]
fn nothing_is_told_of_items_in_a_hidden_cell() {
    use super::{Listing, Side};
    use crate::align::Account;
    use crate::model::{
        Item, Items, Label, LabelIx, LabelSet, LabelText, Outcome, Ratings, Scheme,
    };
    use crate::score::{Crosstab, Measures, Scorecard};

    let item = |(id, slice): (&str, &str)| Item {
        id: id.into(),
        cluster: 0,
        text_sha256: [0; 32],
        text_bytes: 0,
        slices: vec![Some(slice.into())],
        telemetry: Vec::new(),
        split: None,
    };
    let items = Items {
        items: [("one", "rare"), ("two", "common")].map(item).into(),
        slices: vec!["surface".into()],
        clusters: vec!["all".into()],
        ..Items::default()
    };
    let label = |id: &str| LabelText {
        id: id.into(),
        says: "".into(),
    };
    let none: [&str; 0] = [];
    let set = LabelSet::new(["a", "b"].map(label).into(), &none, &none).unwrap();
    let one = |at| Label::One(LabelIx(at));
    let ratings = Ratings {
        outcomes: vec![Some(Outcome::Ok(one(0))), Some(Outcome::Ok(one(1)))],
        n_normalised: 0,
    };
    let rationales: Vec<Option<Box<str>>> = vec![Some("plain".into()), Some("secret".into())];
    let side = Side {
        ratings: &ratings,
        rationales: &rationales,
    };
    let confusion = Crosstab {
        counts: vec![vec![Some(1.0), Some(0.0)], vec![Some(0.0), None]],
        total: 2.0,
    };
    let card = Scorecard {
        all: Measures {
            account: Account::default(),
            metrics: Default::default(),
            confusion: Some(confusion),
            classes: Vec::new(),
            shares: Vec::new(),
            support: Vec::new(),
        },
        baseline: None,
        slices: Vec::new(),
        hidden_slices: vec![(0, "rare".into())],
        unlisted: [1].into(),
        rules: Vec::new(),
        reference_rules: Vec::new(),
        comparison: None,
    };
    let mut listing = Listing::new(&items);
    let reference = [Some(one(0)), Some(one(1))];
    let scheme = Scheme::Nominal(set);
    let hidden = &card.unlisted;
    listing.add_report(0, &scheme, &reference, (side, None), Some(&card), hidden);
    let (_, report) = &listing.reports[0];
    assert_eq!(report.hidden, [1]);
    assert_eq!(report.reference, [Some(0), None]);
    assert_eq!(report.candidate.labels, [Some(0), None]);
    assert_eq!(report.candidate.outcomes[1], None);
    assert_eq!(report.candidate.rationales.n_bytes, 5);
    let (_, surface) = &listing.slices[0];
    assert_eq!(surface.values, ["common"]);
    assert_eq!(surface.of_items, [None, Some(0)]);
    assert!(listing.unsliced.iter().eq([&0]));
}
