//! From what a clock shows to a time that can be written down.

use std::time::SystemTime;

use jiff::Timestamp;

/// The last time that can be kept in microseconds: jiff takes no part of a second after it.
const LAST: Timestamp = Timestamp::constant(253_402_207_200, 0);

/// The time that a clock shows, for whoever may read one. A clock that is set beyond the years that can be written down (-9999 to 9999)
/// is taken to show the last one of them: that it is wrong must not keep anything from being recorded.
#[must_use]
pub fn time_on(clock: SystemTime) -> Timestamp {
    let end = if clock < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { LAST };
    Timestamp::try_from(clock).unwrap_or(end).min(LAST)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::tz::{TimeZone, offset};

    use super::*;

    const YEAR: u64 = 365 * 24 * 60 * 60;

    #[test]
    fn any_clock_shows_some_time() {
        let after = |seconds| time_on(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let before = |seconds| time_on(SystemTime::UNIX_EPOCH - Duration::from_secs(seconds));
        assert_eq!(LAST.as_second(), Timestamp::MAX.as_second());
        assert_eq!(after(0), Timestamp::UNIX_EPOCH);
        assert_eq!(after(1_700_000_000), Timestamp::constant(1_700_000_000, 0));
        assert_eq!(before(YEAR), Timestamp::constant(-365 * 24 * 60 * 60, 0));
        for late in [8_100 * YEAR, 100_000 * YEAR, i64::MAX.unsigned_abs()] {
            assert_eq!(after(late), LAST, "{late}");
        }
        for early in [13_000 * YEAR, i64::MAX.unsigned_abs()] {
            assert_eq!(before(early), Timestamp::MIN, "{early}");
        }
    }

    #[test]
    fn the_last_time_can_be_kept_and_shown_everywhere() {
        let last = time_on(SystemTime::UNIX_EPOCH + Duration::from_secs(9_000 * YEAR));
        let kept = Timestamp::from_microsecond(last.as_microsecond()).unwrap();
        for hours in [-23, 0, 14, 25] {
            assert!(kept.to_zoned(TimeZone::fixed(offset(hours))).strftime("%Y-%m-%d %H:%M:%S %:z").to_string().contains("9999"));
        }
        assert_eq!(kept.to_string().parse::<Timestamp>().unwrap(), kept);
    }
}
