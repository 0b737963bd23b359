//! Columns: each as wide as its widest cell within reason, and one that takes what is left.

use super::line::{Line, Page};

/// Rows of cells under one layout.
#[derive(Debug)]
pub(super) struct Table {
    elastic: usize,
    fit: Fit,
    rows: Vec<Vec<Line>>,
}

/// What becomes of a cell that is wider than its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Wrap,
    /// One line a row, an ellipsis where something was cut.
    Cut,
}

/// Between two columns.
const GAP: usize = 2;
/// The elastic column keeps at least this many columns, even where the line gets longer than the terminal.
const MIN_ELASTIC: usize = 16;
/// No other column gets wider than this.
const MAX_FIXED: usize = 30;

impl Table {
    /// `elastic` is the index of the column that takes what the others leave.
    pub(super) fn new(elastic: usize, fit: Fit) -> Table {
        Table { elastic, fit, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Line>) {
        self.rows.push(cells);
    }

    /// Adds the rows to `page`, in at most `width` columns unless there are too few to read.
    pub(super) fn layout(self, page: &mut Page, width: usize) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(Line::width).max().unwrap_or_default())
            .collect();
        for (_, width) in widths.iter_mut().enumerate().filter(|&(at, _)| at != self.elastic) {
            *width = (*width).min(MAX_FIXED);
        }
        let taken: usize = widths.iter().enumerate().filter(|&(at, _)| at != self.elastic).map(|(_, width)| width + GAP).sum::<usize>();
        if let Some(elastic) = widths.get_mut(self.elastic) {
            *elastic = (*elastic).min(width.saturating_sub(taken).max(MIN_ELASTIC));
        }
        for row in self.rows {
            let fit = |(cell, &width): (Line, &usize)| match self.fit {
                Fit::Wrap => cell.wrap(width.max(1)),
                Fit::Cut => vec![cell.cut(width)],
            };
            let cells: Vec<Vec<Line>> = row.into_iter().zip(&widths).map(fit).collect();
            for at in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
                let mut line = Line::new();
                let mut stop = 0;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fit: Fit, width: usize, rows: &[[&str; 3]], expect: &str) {
        let mut table = Table::new(1, fit);
        for row in rows {
            table.row(row.iter().map(|cell| Line::new().with(anstyle::Style::new(), cell)).collect());
        }
        let mut page = Page::new();
        table.layout(&mut page, width);
        assert_eq!(page.finish(), expect);
    }

    #[test]
    fn columns_line_up() {
        check(Fit::Wrap, 80, &[["a", "bb", "c"], ["aaa", "b", "cc"]], "a    bb  c\naaa  b   cc\n");
    }

    #[test]
    fn what_does_not_fit_wraps_or_is_cut() {
        let rows = [["name", "a ship that sank off the coast", "¶1"]];
        check(Fit::Wrap, 30, &rows, "name  a ship that sank off  ¶1\n      the coast\n");
        check(Fit::Cut, 30, &rows, "name  a ship that sank off…  ¶1\n".replace("off…", "of…").as_str());
    }
}
