//! `UPSTREAM_*`.

use super::{
    address::Address,
    credential,
    entry::{Bindings, Entry},
    mistake::{Mistakes, shown},
    table::{Empty, Item, Shape, Table, as_word},
};
use crate::{
    config::{CheckSeverity, UnknownMembers, Upstream},
    validate::check_is_known,
    vendor::Vendor,
};

const SHAPE: Shape = Shape {
    known: &["vendor", "base_url", "aliases", "default", "unknown_members", "checks", "credential"],
    refused: &[
        ("name", "the name comes from the entry's own: UPSTREAM_STYTCH_TEST is stytch-test"),
        ("token_url", "belongs inside `credential`"),
        ("secret", "belongs inside `credential`, as the name of a secret binding"),
    ],
};

/// First path segments of our routes, of vendors' paths and of URLs in a path. An upstream of such a name would take
/// requests away from them.
const RESERVED: [&str; 17] = [
    "sso", "tools", "proxy", "openapi", "schemas", "docs", "healthz", "readyz", "health", "config", "oidc", "assets",
    "v1", "v2", "api", "http", "https",
];

const SEVERITIES: [(&str, CheckSeverity); 3] =
    [("error", CheckSeverity::Error), ("warning", CheckSeverity::Warning), ("off", CheckSeverity::Off)];

/// What could be read of an upstream; enough to judge it beside the others even where something is wrong.
pub(super) struct Draft {
    pub(super) at: String,
    pub(super) name: String,
    pub(super) vendor: Option<Vendor>,
    pub(super) default: bool,
    pub(super) base_url: Option<Address>,
    pub(super) token_url: Option<Address>,
    pub(super) aliases: Vec<(String, Address)>,
    pub(super) upstream: Option<Upstream>,
}

/// Reads one upstream. A grant may name it even if it is faulty, so that one mistake does not cause ten.
pub(super) fn read(entry: &Entry<'_>, bindings: &Bindings, mistakes: &mut Mistakes) -> Draft {
    let mut draft = Draft {
        at: entry.at.clone(),
        name: entry.name.clone(),
        vendor: None,
        default: false,
        base_url: None,
        token_url: None,
        aliases: Vec::new(),
        upstream: None,
    };
    if RESERVED.contains(&draft.name.as_str()) {
        mistakes
            .add(&draft.at, format!("the name \"{}\" is the beginning of a path of ours or a vendor's", draft.name));
    }
    let Some(value) = entry.value.as_deref() else {
        return draft;
    };
    let Some(table) = Table::open(&entry.at, value, &SHAPE, mistakes) else {
        return draft;
    };

    let vendors: Vec<_> = Vendor::ALL.iter().map(|vendor| (vendor.name(), *vendor)).collect();
    draft.vendor = table.required_word("vendor", &vendors, mistakes);
    let namesake = Vendor::parse(&draft.name);
    if draft.vendor.is_some() && namesake.is_some() && namesake != draft.vendor {
        mistakes.add(&draft.at, format!("the name \"{}\" may only name an upstream of that vendor", draft.name));
    }
    draft.base_url = table.required_text("base_url", mistakes).and_then(|text| {
        let origin = Address::origin(text).and_then(Address::dialable);
        origin.map_err(|reason| mistakes.add(table.at("base_url"), reason)).ok()
    });
    draft.aliases = origins(table.texts("aliases", Empty::Allowed, mistakes), mistakes);
    draft.default = table.flag("default", mistakes);
    let words = [("refuse", UnknownMembers::Refuse), ("forward", UnknownMembers::Forward)];
    let unknown_members = table.word("unknown_members", &words, mistakes).unwrap_or(UnknownMembers::Refuse);
    let checks = checks(&table, mistakes);

    let credential = table.required("credential", mistakes).zip(draft.vendor).and_then(|(value, vendor)| {
        let at = table.at("credential");
        credential::read(&at, value, vendor, draft.base_url.as_ref(), bindings, mistakes)
    });
    let credential = credential.and_then(|found| {
        draft.token_url = found.token_url;
        found.credential
    });
    draft.upstream =
        draft.vendor.zip(draft.base_url.as_ref()).zip(credential).map(|((vendor, base_url), credential)| Upstream {
            name: draft.name.clone(),
            vendor,
            base_url: base_url.text.clone(),
            aliases: draft.aliases.iter().map(|(_, origin)| origin.text.clone()).collect(),
            default: draft.default,
            unknown_members,
            checks,
            credential,
        });
    draft
}

/// A list of origins we compare with, each with the place it was found. Refuses two spellings of one.
pub(super) fn origins(items: Option<Vec<Item<'_>>>, mistakes: &mut Mistakes) -> Vec<(String, Address)> {
    let mut origins: Vec<(String, Address)> = Vec::new();
    for item in items.unwrap_or_default() {
        let origin = match item.text {
            "*" | "null" => Err("must be one exact origin; `*` and `null` are none"),
            text => Address::origin(text).and_then(Address::comparable),
        };
        match origin {
            Err(reason) => mistakes.add(item.at, reason),
            Ok(origin) => match origins.iter().find(|(_, other)| other.origin == origin.origin) {
                Some((twin, _)) => mistakes.add(item.at, format!("is the same origin as {twin}")),
                None => origins.push((item.at, origin)),
            },
        }
    }
    origins
}

/// `checks`: severities by the code of the check. Refuses codes that no check has.
fn checks(table: &Table<'_>, mistakes: &mut Mistakes) -> Vec<(String, CheckSeverity)> {
    let mut checks = Vec::new();
    for (code, value) in table.pairs("checks", mistakes) {
        let at = format!("{}.{}", table.at("checks"), shown(code).unwrap_or("?"));
        if !check_is_known(code) {
            mistakes.add(&at, "is not the code of a check");
        }
        if let Some(severity) = as_word(&at, value, &SEVERITIES, mistakes) {
            checks.push((code.to_owned(), severity));
        }
    }
    checks
}
