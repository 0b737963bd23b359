//! The systemd unit. Pure: what it says follows from its arguments.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::Service;

/// Where the history of a system service is kept: what StateDirectory makes.
pub(super) const SYSTEM_DATABASE: &str = "/var/lib/newswatch/newswatch.db";

/// What both kinds of unit have, and what holds without a mount namespace, which a user's manager may not be able to make.
const FENCES: &str = "\
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @mount
SystemCallErrorNumber=EPERM
";

/// What only the system's manager can do: the whole file system is read-only but for the state directory.
const SYSTEM_FENCES: &str = "\
DynamicUser=yes
StateDirectory=newswatch
StateDirectoryMode=0750
UMask=0027
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RemoveIPC=yes
CapabilityBoundingSet=
AmbientCapabilities=
NoExecPaths=/
";

/// The text of the unit.
pub(super) fn unit(service: &Service) -> String {
    let Service { program, arguments, roots, listen, is_user, .. } = service;
    let mut unit = String::from("# Written by `newswatch service install`; `newswatch service uninstall` removes it.\n");
    unit.push_str("[Unit]\nDescription=newswatch: keeps every version of watched news documents\n");
    let paths = |paths: &[PathBuf]| paths.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(" ");
    if !is_user {
        // A root that is not mounted yet is no empty root.
        line(&mut unit, "RequiresMountsFor", &paths(roots));
    }
    unit.push_str("\n[Service]\nType=notify\nNotifyAccess=main\n");
    // Only a command line knows variables.
    let command = |arguments: &[PathBuf]| format!("{} {}", quoted(program), paths(arguments)).replace('$', "$$");
    line(&mut unit, "ExecStart", &command(arguments));
    let mut reload = service.globals.clone();
    reload.push("reload".into());
    line(&mut unit, "ExecReload", &command(&reload));
    // A large history is copied before a newer schema is brought to it: a start that is cut short would begin that anew for ever.
    unit.push_str("WatchdogSec=60s\nRestart=on-failure\nRestartSec=2s\nTimeoutStartSec=infinity\nTimeoutStopSec=10s\n");
    if *is_user {
        unit.push_str("UMask=0077\n");
    } else {
        line(&mut unit, "Environment", &format!("NEWSWATCH_DB={SYSTEM_DATABASE}"));
        unit.push_str(SYSTEM_FENCES);
        line(&mut unit, "ExecPaths", &format!("{} /lib -/lib64 /usr/lib -/usr/lib64", quoted(program)));
        line(&mut unit, "ReadOnlyPaths", &paths(roots));
        let at_home = roots.iter().chain([program]).any(|path| ["/home", "/root", "/run/user"].iter().any(|home| path.starts_with(home)));
        line(&mut unit, "ProtectHome", if at_home { "read-only" } else { "yes" });
    }
    unit.push_str(FENCES);
    network(&mut unit, *listen, *is_user);
    let target = if *is_user { "default.target" } else { "multi-user.target" };
    let _ = write!(unit, "\n[Install]\nWantedBy={target}\n");
    unit
}

/// Nobody is reached over the network unless pages are served, and then only from where they are served to.
fn network(unit: &mut String, listen: Option<SocketAddr>, is_user: bool) {
    line(unit, "RestrictAddressFamilies", if listen.is_some() { "AF_UNIX AF_INET AF_INET6" } else { "AF_UNIX" });
    match listen {
        _ if is_user => {}
        None => unit.push_str("PrivateNetwork=yes\nIPAddressDeny=any\n"),
        Some(address) if address.ip().is_loopback() => unit.push_str("IPAddressDeny=any\nIPAddressAllow=localhost\n"),
        Some(_) => {}
    }
}

fn line(unit: &mut String, key: &str, value: &str) {
    let _ = writeln!(unit, "{key}={value}");
}

/// One word of a unit file, as systemd.syntax(7) and systemd.service(5) want it.
fn quoted(path: &Path) -> String {
    let text = String::from_utf8_lossy(path.as_os_str().as_bytes()).replace('%', "%%");
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-:=+,@%$".contains(&byte)) {
        return text;
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_systemd_would_take_apart_are_quoted() {
        let check = |path: &str, expect: &str| assert_eq!(quoted(Path::new(path)), expect);
        check("/srv/wire", "/srv/wire");
        check("/srv/my wire", "\"/srv/my wire\"");
        check("/srv/100%", "/srv/100%%");
        check("/srv/$HOME", "/srv/$HOME");
        check("/srv/a\"b\\c", "\"/srv/a\\\"b\\\\c\"");
        check("/srv/a;b", "\"/srv/a;b\"");
    }

    #[test]
    fn a_dollar_means_a_variable_in_a_command_line_only() {
        let service = Service {
            program: "/usr/bin/newswatch".into(),
            globals: Vec::new(),
            arguments: vec!["watch".into(), "/srv/do$lar".into()],
            roots: vec!["/srv/do$lar".into()],
            listen: None,
            is_user: false,
        };
        let unit = unit(&service);
        for line in ["ExecStart=/usr/bin/newswatch watch /srv/do$$lar\n", "ReadOnlyPaths=/srv/do$lar\n", "RequiresMountsFor=/srv/do$lar\n"]
        {
            assert!(unit.contains(line), "{unit}");
        }
    }

    #[test]
    fn pages_open_the_network_no_further_than_they_need() {
        let check = |listen: Option<&str>, has: &str, lacks: &str| {
            let service = Service {
                program: "/usr/bin/newswatch".into(),
                globals: Vec::new(),
                arguments: vec!["watch".into()],
                roots: vec!["/srv/wire".into()],
                listen: listen.map(|address| address.parse().unwrap()),
                is_user: false,
            };
            let unit = unit(&service);
            assert!(unit.contains(has) && !unit.contains(lacks), "{unit}");
        };
        check(None, "PrivateNetwork=yes", "AF_INET");
        check(Some("127.0.0.1:8080"), "IPAddressAllow=localhost", "PrivateNetwork");
        check(Some("0.0.0.0:8080"), "AF_INET", "IPAddressDeny");
    }
}
