use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where the pages and the API are served: nowhere, to this machine alone, or to others, which has to be written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Listen(Option<SocketAddr>);

impl Listen {
    /// `None` for nowhere.
    #[must_use]
    pub fn address(self) -> Option<SocketAddr> {
        self.0
    }
}

/// What stands before an address that other machines can reach.
const PUBLIC: &str = "public:";

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Listen, String> {
        let not_an_address = || format!("not an address: {text:?} (write it as 127.0.0.1:8080, [::1]:8080 or 8080)");
        if text.is_empty() {
            return Ok(Listen(None));
        }
        if let Some(address) = text.strip_prefix(PUBLIC) {
            return address.parse().map(|address| Listen(Some(address))).map_err(|_| not_an_address());
        }
        let port = ["localhost:", ":"].into_iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        if let Ok(port) = port.parse::<u16>() {
            return Ok(Listen(Some((Ipv4Addr::LOCALHOST, port).into())));
        }
        let address: SocketAddr = text.parse().map_err(|_| not_an_address())?;
        if !address.ip().is_loopback() {
            return Err(format!(
                "{address} is open to other machines, and whoever reaches it reads the whole history; if that is meant, write {PUBLIC}{address}"
            ));
        }
        Ok(Listen(Some(address)))
    }
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Listen, String> {
        text.parse()
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> String {
        listen.to_string()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(address) if address.ip().is_loopback() => write!(f, "{address}"),
            Some(address) => write!(f, "{PUBLIC}{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |text: &str, expect: &str| {
            let read = text.parse::<Listen>();
            assert_eq!(read.as_ref().map_or_else(Clone::clone, ToString::to_string).split(" (").next(), Some(expect), "{text}");
            if let Ok(listen) = read {
                assert_eq!(listen.to_string().parse(), Ok(listen), "{text}");
            }
        };
        check("", "");
        check("8080", "127.0.0.1:8080");
        check(":8080", "127.0.0.1:8080");
        check("localhost:8080", "127.0.0.1:8080");
        check("127.0.0.1:0", "127.0.0.1:0");
        check("[::1]:8080", "[::1]:8080");
        check("public:0.0.0.0:8080", "public:0.0.0.0:8080");
        check("public:[::]:8080", "public:[::]:8080");
        check("news.example:8080", "not an address: \"news.example:8080\"");
        check("127.0.0.1", "not an address: \"127.0.0.1\"");
        check("99999", "not an address: \"99999\"");
        check("public:", "not an address: \"public:\"");
        let refused = "192.0.2.1:80".parse::<Listen>().unwrap_err();
        assert!(refused.ends_with("write public:192.0.2.1:80"), "{refused}");
    }
}
