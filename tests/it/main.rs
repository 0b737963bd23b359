//! The one integration binary: the real `newswatch`, real files, a real SQLite file.
