//! The clock of claims. It cannot be set, so that no claim expires early.

/// A moment, comparable only within one boot of the machine.
pub(crate) struct Moment {
    /// Names the boot.
    pub(crate) boot: String,
    /// The time since the boot, in milliseconds.
    pub(crate) millis: i64,
}

/// Returns the current moment by the clock that runs from the start of the machine, through sleep.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn now() -> Moment {
    use rustix::time::{ClockId, clock_gettime};

    let Ok(boot) = std::fs::read_to_string("/proc/sys/kernel/random/boot_id") else {
        return by_wall_clock();
    };
    let time = clock_gettime(ClockId::Boottime);
    Moment {
        boot: boot.trim().to_owned(),
        millis: time.tv_sec * 1000 + time.tv_nsec / 1_000_000,
    }
}

/// Returns the current moment by the wall clock. This system has no name for its boot.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn now() -> Moment {
    by_wall_clock()
}

fn by_wall_clock() -> Moment {
    use std::time::SystemTime;

    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis();
    Moment {
        boot: "wall clock".to_owned(),
        millis: i64::try_from(millis).unwrap_or(i64::MAX),
    }
}
