use super::*;

const QUOTE: &str = "the build broke after the upgrade because the lock file was stale again";

fn leaks(prompt: &str, items: &[&str]) -> Vec<Leak> {
    let mut quotes = Quotes::new(&[prompt]);
    for (turn, item) in items.iter().enumerate() {
        quotes.see(&turn.to_string(), item);
    }
    quotes.leaks()
}

#[test]
fn a_quotation_is_found_whatever_its_case_line_ends_and_punctuation() {
    let prompt = format!(
        "Classify.\n\nExample:\n> {}!\n",
        QUOTE.to_uppercase().replace(' ', ",\n> ")
    );
    let item = format!("user: hello\nuser: {QUOTE}\nassistant: done");
    let found = leaks(&prompt, &["something else entirely", &item]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, 4);
    assert_eq!(found[0].n_words, 13);
    assert_eq!(found[0].items, ["1".into()]);
}

#[test]
fn eleven_words_of_a_longer_item_are_no_quotation_and_twelve_are() {
    let first = |n| QUOTE.split(' ').take(n).collect::<Vec<_>>().join(" ");
    let item = format!("{QUOTE}, and once more");
    assert_eq!(leaks(&first(11), &[&item]), []);
    assert_eq!(leaks(&first(12), &[&item]).len(), 1);
}

#[test]
fn what_many_items_have_in_common_is_boilerplate() {
    let item = |n| format!("{QUOTE} in session number {n}");
    let items: Vec<String> = (0..6).map(item).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    assert_eq!(leaks(QUOTE, &items), []);
    let found = leaks(QUOTE, &items[..5]);
    assert_eq!(found[0].items.len(), 5);
}

#[test]
fn an_item_that_says_a_thing_twice_is_one_item() {
    let item = format!("{QUOTE}. {QUOTE}.");
    assert_eq!(leaks(QUOTE, &[&item])[0].items, ["0".into()]);
}

#[test]
fn a_short_item_is_quoted_if_all_of_it_is() {
    let prompt = "Example: `Where is my parcel from Monday?` is a question.";
    assert_eq!(leaks(prompt, &["where is my parcel from monday"]).len(), 1);
    assert_eq!(
        leaks(prompt, &["Where is my parcel from Monday, please?"]),
        []
    );
    // Four words are said by many.
    assert_eq!(leaks("Where is my parcel?", &["Where is my parcel?"]), []);
}

#[test]
fn a_row_of_numbers_is_no_quotation() {
    let row = "1 2 3 4 5 6 7 8 9 10 11 12 13 14";
    assert_eq!(leaks(row, &[row]), []);
}

#[test]
fn scripts_without_spaces_are_compared_character_by_character() {
    let text = "请帮我修复构建脚本里的错误因为升级之后它总是失败而且日志里没有任何有用的信息所以我不知道该怎么办才好谢谢";
    let prompt = format!("例子：“{text}”");
    let found = leaks(&prompt, &[&format!("用户：{text}。")]);
    assert_eq!(found.len(), 1);
    assert_eq!(leaks("请帮我修复构建脚本里的错误吧", &[text]), []);
}

#[test]
fn two_quotations_are_two_leaks_with_their_own_items() {
    let other =
        "please write a function that counts the words of a file and prints the ten most common";
    let prompt = format!("One:\n{QUOTE}\nTwo, which is quite another matter:\n{other}\n");
    let found = leaks(&prompt, &[other, QUOTE]);
    let lines: Vec<(usize, &str)> = found
        .iter()
        .map(|leak| (leak.line, &*leak.items[0]))
        .collect();
    assert_eq!(lines, [(2, "1"), (4, "0")]);
}
