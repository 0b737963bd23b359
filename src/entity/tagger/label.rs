//! Owns labels: the types a name can have, and the tags that lay them over tokens.

/// The type of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    Person,
    Organization,
    Place,
    /// Nationalities, religions and political groups as they stand before a noun or for their people: `Russian`, `Israelis`.
    Group,
}

impl Label {
    /// In the order in which scores list them.
    pub const ALL: [Label; 4] = [Label::Person, Label::Organization, Label::Place, Label::Group];

    /// As the training format names it: `PER`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Label::Person => "PER",
            Label::Organization => "ORG",
            Label::Place => "LOC",
            Label::Group => "NORP",
        }
    }
}

/// What one token is: outside every name (0), or the first (odd) or a further (even) token of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Tag(u8);

/// How many tags there are.
pub(super) const TAGS: usize = 1 + 2 * Label::ALL.len();

impl Tag {
    pub(super) const OUTSIDE: Tag = Tag(0);

    pub(super) fn first(label: Label) -> Tag {
        Tag(1 + 2 * label as u8)
    }

    pub(super) fn inside(label: Label) -> Tag {
        Tag(2 + 2 * label as u8)
    }

    pub(super) fn all() -> impl Iterator<Item = Tag> {
        (0u8..).take(TAGS).map(Tag)
    }

    pub(super) fn code(self) -> u8 {
        self.0
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// # Panics
    /// If there is no tag of this index.
    pub(super) fn of_index(index: usize) -> Tag {
        assert!(index < TAGS, "no tag {index}");
        Tag(u8::try_from(index).expect("below TAGS"))
    }

    /// As the training format names it: `B-PER`.
    pub(super) fn name(self) -> &'static str {
        ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-NORP", "I-NORP"][self.index()]
    }

    pub(super) fn label(self) -> Option<Label> {
        self.0.checked_sub(1).map(|at| Label::ALL[usize::from(at / 2)])
    }

    pub(super) fn is_inside(self) -> bool {
        self.0 != 0 && self.0.is_multiple_of(2)
    }

    /// Whether a token with this tag may follow one with `before`: a name goes on only where it began.
    pub(super) fn may_follow(self, before: Tag) -> bool {
        !self.is_inside() || before.label() == self.label()
    }
}
