//! Owns the tables of the second pass: what its features weigh for all that evidence can be, looked up once when a model is read. They are
//! small enough to stay close at hand while a text is tagged.

use super::evidence::{Evidence, OTHERS, OWN, SEEN};
use super::features::{self, Keys, Known, POSITIONS, View};
use super::model::{Sums, Table, add};
use super::word::CASES;

/// The weights of all features of a second pass but for those that look at lists.
#[derive(Clone, Debug)]
pub(super) struct Tabled {
    /// By the tags of the word before and of the word itself, and by that of the word after.
    own: Grid,
    own_others: Grid,
    others_before: Grid,
    others_after: Grid,
    others_beside: Grid,
    others_case: Grid,
    seen_case: Grid,
    position: Grid,
    next_case: Grid,
}

impl Tabled {
    pub(super) fn of(table: &Table<'_>) -> Tabled {
        let own = |own| Evidence { own, ..Evidence::default() };
        let others = |others| Evidence { others, ..Evidence::default() };
        let seen = |case| Evidence { case, ..Evidence::default() };
        let grid = |rows, columns, keys: &dyn Fn(u8, u8, &mut Keys)| Grid::of(rows, columns, table, keys);
        let owns = u8::try_from(OWN).expect("few tags");
        Tabled {
            own: grid(OWN * OWN, OWN, &|row, after, keys| {
                features::of_own_tags(&Known { before: own(row / owns), here: own(row % owns), after: own(after) }, keys);
            }),
            own_others: grid(OWN, OTHERS, &|own, others, keys| features::of_own_and_others(Evidence { own, others, case: 0 }, keys)),
            others_before: grid(OTHERS, OTHERS, &|before, here, keys| features::of_others_before(others(before), others(here), keys)),
            others_after: grid(OTHERS, OTHERS, &|here, after, keys| features::of_others_after(others(here), others(after), keys)),
            others_beside: grid(OTHERS, OTHERS, &|before, after, keys| features::of_others_beside(others(before), others(after), keys)),
            others_case: grid(OTHERS, CASES, &|code, case, keys| features::of_others_and_case(others(code), case.into(), keys)),
            seen_case: grid(SEEN, CASES, &|code, case, keys| features::of_seen_and_case(seen(code), case.into(), keys)),
            position: grid(OTHERS, POSITIONS, &|code, position, keys| features::of_position(others(code), position.into(), keys)),
            next_case: grid(OWN, CASES, &|code, case, keys| features::of_next_case(own(code), case.into(), keys)),
        }
    }

    /// Adds the weights of what the second pass knows of a word.
    pub(super) fn add(&self, view: &View<'_>, known: &Known, sums: &mut Sums) {
        let Known { before, here, after } = known;
        let code = usize::from;
        let case = view.here.case as usize;
        add(sums, self.own.get(code(before.own) * OWN + code(here.own), code(after.own)));
        add(sums, self.own_others.get(code(here.own), code(here.others)));
        add(sums, self.others_before.get(code(before.others), code(here.others)));
        add(sums, self.others_after.get(code(here.others), code(after.others)));
        add(sums, self.others_beside.get(code(before.others), code(after.others)));
        add(sums, self.others_case.get(code(here.others), case));
        add(sums, self.seen_case.get(code(here.case), case));
        add(sums, self.position.get(code(here.others), view.position() as usize));
        add(sums, self.next_case.get(code(after.own), view.after.case as usize));
    }
}

/// Sums by two small numbers.
#[derive(Clone, Debug)]
struct Grid {
    columns: usize,
    sums: Vec<Sums>,
}

impl Grid {
    fn of(rows: usize, columns: usize, table: &Table<'_>, put: &dyn Fn(u8, u8, &mut Keys)) -> Grid {
        let mut keys = Keys::default();
        let cells = (0..u8::MAX).take(rows).flat_map(|row| (0..u8::MAX).take(columns).map(move |column| (row, column)));
        let sums = cells.map(|(row, column)| {
            keys.clear();
            put(row, column, &mut keys);
            table.sums(keys.as_slice())
        });
        Grid { columns, sums: sums.collect() }
    }

    fn get(&self, row: usize, column: usize) -> &Sums {
        &self.sums[row * self.columns + column]
    }
}
