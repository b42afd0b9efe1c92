//! Origins and URLs of a configuration, judged by the parser that will later dial them.
//!
//! Two uses, two measures. Where we *send* (`base_url`, `token_url`), the host must be a public name, because a
//! credential goes there; plain text is only for this machine. What we merely *compare* with (`public_origin`,
//! `aliases`, `origins`) may be any https origin.

use std::net::Ipv6Addr;

use url::{Host, Url};

/// A parsed origin or URL.
pub(super) struct Address {
    /// Origins without a trailing slash, URLs whole; both as the parser writes them.
    pub(super) text: String,
    /// Scheme, host and port.
    pub(super) origin: String,
    place: Place,
    secure: bool,
    port: Option<u16>,
}

/// Where a host is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// This machine: `localhost`, `[::1]` or 127.0.0.1, which are one another's synonyms.
    Loopback,
    /// The rest of 127.0.0.0/8, where sandboxes may spread out.
    OtherLoopback,
    /// `*.localhost`: this machine to a browser, anybody's guess to a resolver.
    LocalhostName,
    /// An address in digits, a single label or a name that only resolves inside some network.
    Private,
    /// A name on the internet.
    Public,
}

/// Last labels that only mean something inside a network.
const PRIVATE_SUFFIXES: [&str; 10] =
    ["local", "localhost", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa"];

impl Address {
    /// Reads scheme, host and port with nothing after them, not even a slash: `https://gateway.example.com`.
    pub(super) fn origin(text: &str) -> Result<Self, &'static str> {
        let rest = after_scheme(text)?;
        if rest.contains(['?', '#']) {
            return Err("must be an origin, without a query or fragment");
        }
        if rest.contains(['/', '\\']) {
            return Err("must be an origin, without a path or a slash at its end");
        }
        let mut address = Self::parse(text, rest)?;
        address.text.clone_from(&address.origin);
        Ok(address)
    }

    /// Reads a URL that may have a path, but no query and no fragment.
    pub(super) fn url(text: &str) -> Result<Self, &'static str> {
        let rest = after_scheme(text)?;
        if rest.contains(['?', '#']) {
            return Err("must have neither a query nor a fragment");
        }
        Self::parse(text, rest)
    }

    fn parse(text: &str, rest: &str) -> Result<Self, &'static str> {
        let authority = rest.split(['/', '\\']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err("must not carry user information");
        }
        if authority.contains('*') {
            return Err("must name one host, without `*`");
        }
        let url = Url::parse(text).map_err(|_| "is not a URL")?;
        if url.port() == Some(0) {
            return Err("has port 0");
        }
        let place = match url.host() {
            Some(Host::Domain(name)) if name.ends_with('.') => {
                return Err("has a host that ends with a dot");
            }
            Some(host) => place(&host),
            None => return Err("has no host"),
        };
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            place,
            secure: url.scheme() == "https",
            port: url.port_or_known_default(),
            text: url.into(),
        })
    }

    /// Fit to be compared with: https, or anything on this machine.
    pub(super) fn comparable(self) -> Result<Self, &'static str> {
        if self.secure || self.loopback() || self.place == Place::LocalhostName {
            Ok(self)
        } else {
            Err("must be https (http is for loopback only)")
        }
    }

    /// Fit to be sent a credential: https to a public name, or anything on this machine.
    pub(super) fn dialable(self) -> Result<Self, &'static str> {
        match self.place {
            Place::Loopback | Place::OtherLoopback => Ok(self),
            Place::Private | Place::LocalhostName => {
                Err("must name a public host: no address in digits, single label or private suffix")
            }
            Place::Public if self.secure => Ok(self),
            Place::Public => Err("must be https (http is for loopback only)"),
        }
    }

    /// Surely this machine, whoever resolves the name.
    pub(super) fn loopback(&self) -> bool {
        matches!(self.place, Place::Loopback | Place::OtherLoopback)
    }

    /// This machine to a browser.
    pub(super) fn loopback_to_browsers(&self) -> bool {
        self.loopback() || self.place == Place::LocalhostName
    }

    /// Whether a request to one arrives at the other. On loopback, whatever the spelling of the host.
    pub(super) fn same_server(&self, other: &Self) -> bool {
        let local = self.place == Place::Loopback && other.place == Place::Loopback;
        self.origin == other.origin || (local && self.port == other.port)
    }
}

/// What follows `http://` or `https://`, if nothing in the text would be trimmed or repaired by the parser.
fn after_scheme(text: &str) -> Result<&str, &'static str> {
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err("contains a blank or a control character");
    }
    let rest = text
        .split_once("://")
        .filter(|(scheme, _)| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)))
        .map(|(_, rest)| rest);
    match rest {
        Some(rest) if !rest.starts_with(['/', '\\']) => Ok(rest),
        Some(_) => Err("has no host"),
        None => Err("must begin with https://"),
    }
}

fn place(host: &Host<&str>) -> Place {
    match host {
        Host::Ipv4(address) if address.octets() == [127, 0, 0, 1] => Place::Loopback,
        Host::Ipv4(address) if address.is_loopback() => Place::OtherLoopback,
        Host::Ipv6(address) if *address == Ipv6Addr::LOCALHOST => Place::Loopback,
        Host::Ipv4(_) | Host::Ipv6(_) => Place::Private,
        Host::Domain("localhost") => Place::Loopback,
        Host::Domain(name) => match name.rsplit_once('.') {
            Some((_, "localhost")) => Place::LocalhostName,
            Some((_, last)) if !PRIVATE_SUFFIXES.contains(&last) => Place::Public,
            _ => Place::Private,
        },
    }
}
