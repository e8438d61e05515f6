//! Every rule of every filter on the way explained, for whoever asks to see them (`why --verbose`).

use deguchi_engine::Engine;

use super::Report;
use crate::question::Question;

impl Report {
    /// Adds to each filter of the ways explained how every rule of it stands to the packets.
    pub fn show_every_rule(&mut self, engine: &Engine<'_>, question: &Question) {
        for (part, alternative) in self.parts.iter_mut().zip(&question.alternatives) {
            for step in &mut part.steps {
                step.rules = engine.rule_table(&alternative.query, &step.hop);
            }
        }
    }
}
