//! Inputs out of a corpus: bytes flipped, pieces cut, repeated, brought together, words put in that parsers know.

/// Words that mean something to some parser.
const WORDS: [&str; 40] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551616",
    "\\u0000",
    "\\ud800",
    "\0",
    "\r\n",
    "\r\n\r\n",
    "--b",
    "--b--",
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "&#x",
    "&lt;",
    "=?utf-8?B?",
    "=?utf-8?Q?",
    "?=",
    "url(",
    "/*",
    "*/",
    "\\",
    "expression(",
    "javascript:",
    "<svg>",
    "<style>",
    "<table>",
    "HTTP/1.1 200 OK",
    "\u{feff}",
];

/// No input is longer.
const MOST_BYTES: usize = 16 << 10;

/// Makes inputs, the same for the same seed and corpus.
pub struct Mutator {
    state: u64,
    corpus: Vec<Vec<u8>>,
    made: usize,
}

impl Mutator {
    pub fn new(seed: u64, corpus: Vec<Vec<u8>>) -> Self {
        assert!(!corpus.is_empty(), "a target needs something to begin with");
        Self {
            state: seed,
            corpus,
            made: 0,
        }
    }

    /// The corpus as it is first, then its children.
    pub fn next(&mut self) -> Vec<u8> {
        self.made += 1;
        if let Some(input) = self.corpus.get(self.made - 1) {
            return input.clone();
        }
        let mut input = self.one();
        for _ in 0..1 + self.below(6) {
            self.change(&mut input);
        }
        input.truncate(MOST_BYTES);
        input
    }

    fn one(&mut self) -> Vec<u8> {
        let index = self.below(self.corpus.len());
        self.corpus[index].clone()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = (at + self.below(40)).min(input.len());
        match self.below(9) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => {
                let byte = self.below(256) as u8;
                input.insert(at, byte);
            }
            2 => drop(input.drain(at..end)),
            3 => input.truncate(at),
            4 => {
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece);
            }
            5 => {
                // The same again and again: depth and length.
                let piece = input[at..end].to_vec();
                let times = self.below(60);
                input.splice(at..at, piece.repeat(times));
            }
            6 => {
                let other = self.one();
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                let word = WORDS[self.below(WORDS.len())];
                input.splice(at..at, word.bytes());
            }
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}
