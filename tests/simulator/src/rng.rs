//! A small seeded generator (SplitMix64): the only source of variety in the simulator.

/// A stream of numbers that depends on nothing but the values it was made from.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64, parts: &[u64]) -> Self {
        Self(parts.iter().fold(seed, |state, part| mix(state, *part)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        finish(self.0)
    }

    /// A number in `0..limit`; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of the choices, or the type's default when there are none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len() as u64) as usize;
        choices.get(index).copied().unwrap_or_default()
    }
}

/// Two numbers made one, every bit of both mattering.
pub(crate) fn mix(left: u64, right: u64) -> u64 {
    finish(
        left.rotate_left(23)
            ^ right
                .wrapping_mul(0xD6E8_FEB8_6659_FD93)
                .wrapping_add(0x9E37_79B9_7F4A_7C15),
    )
}

/// A text made a number (FNV-1a, then mixed).
pub(crate) fn hash(text: &str) -> u64 {
    let folded = text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
    });
    finish(folded)
}

fn finish(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
