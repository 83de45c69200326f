//! The character sets the generated mails use.

/// How a mail's text is written on the wire and what its Content-Type claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Charset {
    #[default]
    Utf8,
    /// ISO 8859-1.
    Latin1,
    /// Cyrillic of Windows.
    Windows1251,
    /// Latin-1 bytes under a name that no table knows.
    Unknown,
}

impl Charset {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "iso-8859-1",
            Self::Windows1251 => "windows-1251",
            Self::Unknown => "x-unknown-8bit",
        }
    }

    /// The text in this set; what the set lacks becomes a question mark.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Latin1 | Self::Unknown => text
                .chars()
                .map(|letter| latin1(letter).unwrap_or(b'?'))
                .collect(),
            Self::Windows1251 => text
                .chars()
                .map(|letter| windows1251(letter).unwrap_or(b'?'))
                .collect(),
        }
    }

    /// The text as the providers' JSON answers carry it: they turn what they know into UTF-8 and pass on the rest.
    pub(crate) fn decoded_by_provider(self, text: &str) -> Vec<u8> {
        match self {
            Self::Unknown => self.encode(text),
            Self::Utf8 | Self::Latin1 | Self::Windows1251 => text.as_bytes().to_vec(),
        }
    }
}

fn latin1(letter: char) -> Option<u8> {
    u8::try_from(u32::from(letter)).ok()
}

fn windows1251(letter: char) -> Option<u8> {
    match letter {
        'А'..='я' => u8::try_from(u32::from(letter) - 0x0410 + 0xC0).ok(),
        'ё' => Some(0xB8),
        'Ё' => Some(0xA8),
        '№' => Some(0xB9),
        '—' => Some(0x97),
        letter if letter.is_ascii() => latin1(letter),
        _ => None,
    }
}
