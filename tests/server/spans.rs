//! Parts of JSON as slices of its bytes, so that most of a request is never parsed. Anything can
//! be walked, but only of JSON are the parts right; keys are compared as written.

/// The members of an object, each a key with its quotes and a value; none if it is something else.
pub(super) fn members(json: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    if let Some(mut walk) = Walk::into(json, b'{') {
        while let Some(key) = walk.part() {
            walk.skip(b':');
            let Some(value) = walk.part() else {
                break;
            };
            found.push((key, value));
            walk.skip(b',');
        }
    }
    found
}

/// The value of a key of an object.
pub(super) fn get<'a>(json: &'a [u8], key: &str) -> Option<&'a [u8]> {
    find(&members(json), key)
}

/// The value of a key among members.
pub(super) fn find<'a>(members: &[(&'a [u8], &'a [u8])], key: &str) -> Option<&'a [u8]> {
    let is_it = |found: &[u8]| found.get(1..found.len() - 1) == Some(key.as_bytes());
    let (_, value) = members.iter().find(|(found, _)| is_it(found))?;
    Some(value)
}

/// The elements of an array; none if it is something else.
pub(super) fn elements(json: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    if let Some(mut walk) = Walk::into(json, b'[') {
        while let Some(element) = walk.part() {
            found.push(element);
            walk.skip(b',');
        }
    }
    found
}

/// The text of a JSON string.
pub(super) fn string(json: &[u8]) -> Option<String> {
    serde_json::from_slice(json).ok()
}

struct Walk<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn into(json: &'a [u8], open: u8) -> Option<Self> {
        let mut walk = Self { json, at: 0 };
        walk.space();
        (walk.peek() == Some(open)).then(|| {
            walk.at += 1;
            walk
        })
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn skip(&mut self, mark: u8) {
        self.space();
        if self.peek() == Some(mark) {
            self.at += 1;
        }
    }

    /// The value, or key, that begins here; `None` at the end of the object or array.
    fn part(&mut self) -> Option<&'a [u8]> {
        self.space();
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' | b':' if depth == 0 => break,
                _ if depth == 0 && byte.is_ascii_whitespace() => break,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        // Beyond the end is what is not JSON after all.
        self.at = self.at.min(self.json.len());
        (self.at > start).then(|| &self.json[start..self.at])
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }
}
