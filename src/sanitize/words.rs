//! The words of a text, as they are looked for: small letters without their accents.
//!
//! Chinese and Japanese have no spaces: each of their characters is a word, and several next to each other are looked for
//! one after the other.

/// So many bytes of a word count; a longer one is a key or a picture in letters.
pub const LONGEST_WORD: usize = 40;

/// Calls `take` with each word of `text` until it has enough.
pub fn each_word(text: &str, take: &mut dyn FnMut(&str) -> bool) {
    let mut word = String::new();
    let mut rest = text;
    loop {
        // Most letters of most mails, as they stand next to each other.
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (run, more) = rest.split_at_checked(plain).unwrap_or(("", rest));
        let room = LONGEST_WORD.saturating_sub(word.len());
        let begin = word.len();
        word.push_str(run.get(..room).unwrap_or(run));
        if let Some(added) = word.get_mut(begin..) {
            added.make_ascii_lowercase();
        }
        let mut letters = more.chars();
        let next = letters.next();
        rest = letters.as_str();
        // The last word has a space behind it, too.
        let letter = next.unwrap_or(' ');
        if is_combining(letter) {
            continue;
        }
        let is_alone = is_ideograph(letter);
        if letter.is_alphanumeric() && !is_alone {
            if word.len() < LONGEST_WORD {
                fold(letter, &mut word);
            }
            continue;
        }
        if !word.is_empty() && !take(&word) {
            return;
        }
        word.clear();
        if is_alone && !take(letter.encode_utf8(&mut [0; 4])) {
            return;
        }
        if next.is_none() {
            return;
        }
    }
}

/// Small, and of Latin letters without what is on and below them.
fn fold(letter: char, word: &mut String) {
    for small in letter.to_lowercase() {
        let plain = match small {
            'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
            'ď' | 'đ' | 'ð' => 'd',
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
            'ł' | 'ĺ' | 'ļ' | 'ľ' => 'l',
            'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
            'ŕ' | 'ŗ' | 'ř' => 'r',
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
            'ţ' | 'ť' | 'ț' => 't',
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
            'ý' | 'ÿ' => 'y',
            'ź' | 'ż' | 'ž' => 'z',
            'ß' => {
                word.push('s');
                's'
            }
            'œ' => {
                word.push('o');
                'e'
            }
            'æ' => {
                word.push('a');
                'e'
            }
            other if is_combining(other) => continue,
            other => other,
        };
        word.push(plain);
    }
}

const fn is_combining(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

const fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}
