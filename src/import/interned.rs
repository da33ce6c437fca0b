//! Words that a million rows repeat: names of agents, policies and domains.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Words that many rows repeat, each kept once.
#[derive(Debug, Default)]
pub struct InternedWords {
    ids: BTreeMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
}

impl InternedWords {
    /// The number of a word, in order of first use.
    pub fn id(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let (word, id) = (Arc::<str>::from(word), self.words.len() as u32);
        self.words.push(word.clone());
        self.ids.insert(word, id);
        id
    }

    /// The one copy of a word.
    pub fn shared(&mut self, word: &str) -> Arc<str> {
        let id = self.id(word);
        self.word(id)
    }

    pub fn word(&self, id: u32) -> Arc<str> {
        self.words[id as usize].clone()
    }

    /// All words sorted, and for every number the place of its word among them.
    pub fn sorted(&self) -> (Vec<String>, Vec<u32>) {
        let mut places = vec![0; self.words.len()];
        for (place, id) in self.ids.values().enumerate() {
            places[*id as usize] = place as u32;
        }
        (self.ids.keys().map(|word| word.to_string()).collect(), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_number_and_a_place_in_order() {
        let mut words = InternedWords::default();
        assert_eq!(["dsup", "clone", "dsup"].map(|word| words.id(word)), [0, 1, 0]);
        assert_eq!(words.word(1).as_ref(), "clone");
        assert_eq!(words.sorted(), (vec!["clone".to_string(), "dsup".to_string()], vec![1, 0]));
    }
}
