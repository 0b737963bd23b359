//! Columns: each as wide as its widest cell, one that takes what is left and wraps.

use super::line::{Line, Page};

/// Rows of cells under one layout. No cell is ever cut: what does not fit wraps inside the elastic column.
#[derive(Debug)]
pub(super) struct Table {
    elastic: usize,
    rows: Vec<Vec<Line>>,
}

/// Between two columns.
const GAP: usize = 2;
/// The elastic column keeps at least this many columns, even where the line gets longer than the terminal.
const MIN_ELASTIC: usize = 16;

impl Table {
    /// `elastic` is the index of the column that wraps.
    pub(super) fn new(elastic: usize) -> Table {
        Table { elastic, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Line>) {
        self.rows.push(cells);
    }

    /// Adds the rows to `page`, all `margin` columns from the left, in at most `width` columns.
    pub(super) fn layout(&self, page: &mut Page, margin: usize, width: usize) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(Line::width).max().unwrap_or_default())
            .collect();
        let taken: usize =
            margin + widths.iter().enumerate().filter(|&(at, _)| at != self.elastic).map(|(_, width)| width + GAP).sum::<usize>();
        if let Some(elastic) = widths.get_mut(self.elastic) {
            *elastic = (*elastic).min(width.saturating_sub(taken).max(MIN_ELASTIC));
        }
        for row in &self.rows {
            let cells: Vec<Vec<Line>> = row.iter().zip(&widths).map(|(cell, &width)| cell.wrap(width.max(1))).collect();
            for at in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
                let mut line = Line::new();
                let mut stop = margin;
                for (cell, width) in cells.iter().zip(&widths) {
                    line.pad_to(stop);
                    if let Some(part) = cell.get(at) {
                        line.append(part.clone());
                    }
                    stop += width + GAP;
                }
                page.line(line);
            }
        }
    }
}
