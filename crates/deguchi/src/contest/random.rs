//! Numbers that look random and follow from a seed alone, on every machine and in every version: SplitMix64.

/// A source of numbers.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    /// Whether nothing is to go wrong by [`Random::fault`].
    is_calm: bool,
}

impl Random {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, is_calm: false }
    }

    /// Begins at a place of its own for each number under a seed.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut first = Self::new(seed);
        Self::new(first.next() ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    /// From here on nothing goes wrong by [`Random::fault`], or again it may.
    pub fn calm(&mut self, is_calm: bool) {
        self.is_calm = is_calm;
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound; 0 where there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    /// A number of a range, both ends included.
    pub fn within(&mut self, first: u16, last: u16) -> u16 {
        let more = self.below(usize::from(last.saturating_sub(first)) + 1);
        first.saturating_add(u16::try_from(more).unwrap_or_default())
    }

    /// Yes, so many times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Whether something is wrong: so many times in a hundred, and never where all is calm.
    pub fn fault(&mut self, percent: usize) -> bool {
        self.chance(percent) && !self.is_calm
    }

    /// One of several.
    pub fn pick<T: Copy, const N: usize>(&mut self, first: T, others: [T; N]) -> T {
        match self.below(N + 1).checked_sub(1) {
            None => first,
            Some(place) => others.get(place).copied().unwrap_or(first),
        }
    }

    /// One of a list, if it has any.
    pub fn of_list<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_everywhere() {
        let mut random = Random::new(0);
        assert_eq!(random.next(), 0xe220_a839_7b1d_cdaf);
        assert_ne!(Random::of(1, 1).next(), Random::of(1, 2).next());
        let drawn: Vec<usize> = (0..100).map(|_| random.below(3)).collect();
        assert!((0..3).all(|wanted| drawn.contains(&wanted)));
    }
}
