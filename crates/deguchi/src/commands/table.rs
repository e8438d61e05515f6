//! A plain table for a terminal: columns aligned by what a terminal shows, where a Japanese letter is two wide.

use unicode_width::UnicodeWidthStr as _;

use crate::error::without_controls;

/// Rows of cells.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds a row.
    pub(super) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Returns the rows as lines.
    pub(super) fn render(&self) -> String {
        let cells = |row: &Vec<String>| -> Vec<String> {
            row.iter().map(|cell| without_controls(cell).replace('\n', " ")).collect()
        };
        let rows: Vec<Vec<String>> = self.rows.iter().map(cells).collect();
        let mut widths: Vec<usize> = Vec::new();
        for row in &rows {
            for (column, cell) in row.iter().enumerate() {
                let width = cell.width();
                match widths.get_mut(column) {
                    Some(widest) => *widest = (*widest).max(width),
                    None => widths.push(width),
                }
            }
        }
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (cell, widest) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', widest - cell.width() + 2));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_letters_are_two_wide() {
        let mut table = Table::default();
        table.row(["種類", "x"]);
        table.row(["a", "y"]);
        assert_eq!(table.render(), "種類  x\na     y\n");
    }
}
