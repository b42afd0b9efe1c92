//! One item of `CALLER_*.grants`.
//!
//! A grant always says which upstream, what access and whose connections. Nothing is assumed: an absent or empty
//! answer to any of these is a mistake.

use serde_json::Value;

use super::{
    caller::Kind,
    issuer,
    mistake::Mistakes,
    table::{Empty, Item, Shape, Table, as_texts},
    upstream,
};
use crate::{
    canonical::Field,
    config::{Access, FieldRules, Grant, Whose},
    nearest::nearest,
    vendor::Vendor,
};

const SHAPE: Shape = Shape {
    known: &["upstream", "access", "operations", "organizations", "connections", "fields", "retarget_secrets"],
    refused: &[],
};

const FIELDS: Shape = Shape { known: &["allow", "deny"], refused: &[] };

const CLAIM: Shape = Shape { known: &["claim"], refused: &[] };

/// Reads one grant.
pub(super) fn read(
    at: String,
    value: &Value,
    caller: Kind,
    upstreams: &[upstream::Draft],
    mistakes: &mut Mistakes,
) -> Option<Grant> {
    let table = Table::open(at, value, &SHAPE, mistakes)?;
    let upstream = table.required_text("upstream", mistakes).and_then(|name| {
        let found = upstreams.iter().find(|draft| draft.name == name);
        if found.is_none() {
            let guess = nearest(name, upstreams.iter().map(|draft| draft.name.as_str()));
            let guess = guess.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
            mistakes.add(table.at("upstream"), format!("does not name a configured upstream{guess}"));
        }
        found
    });
    let access = table.required_word("access", &[("read", Access::Read), ("write", Access::Write)], mistakes);
    let vendor = upstream.and_then(|draft| draft.vendor);
    let operations = table.texts("operations", Empty::Refused, mistakes);
    if let Some(vendor) = vendor {
        operations_exist(operations.as_deref().unwrap_or_default(), vendor, mistakes);
    }
    let whose = whose(&table, vendor, caller, mistakes);
    if caller.public && access == Some(Access::Write) && operations.is_none() {
        mistakes.add(table.at("operations"), "is required: a public caller's grant to write lists its operations");
    }
    let fields = fields(&table, mistakes);
    let retarget_secrets = table.flag("retarget_secrets", mistakes);
    Some(Grant {
        upstream: upstream?.name.clone(),
        access: access?,
        operations: operations.map(owned),
        whose: whose?,
        fields,
        retarget_secrets,
    })
}

fn operations_exist(operations: &[Item<'_>], vendor: Vendor, mistakes: &mut Mistakes) {
    for operation in operations.iter().filter(|operation| !vendor.operation_named(operation.text)) {
        mistakes.add(&operation.at, format!("is not an operation of {}", vendor.name()));
    }
}

/// `organizations` or `connections`, whichever this vendor scopes by. The other one is refused: read as if it meant
/// the same, it would restrict nothing.
fn whose(table: &Table<'_>, vendor: Option<Vendor>, caller: Kind, mistakes: &mut Mistakes) -> Option<Whose> {
    let vendor = vendor?;
    let by_organization = vendor.scoped_by_organization();
    let (key, other) =
        if by_organization { ("organizations", "connections") } else { ("connections", "organizations") };
    if table.get(other).is_some() {
        mistakes.add(table.at(other), format!("{} is granted by `{key}`", vendor.name()));
    }
    let at = table.at(key);
    let Some(value) = table.get(key) else {
        mistakes.add(at, "is required: a grant says whose, \"all\" or a list");
        return None;
    };
    match value {
        Value::String(text) if text == "all" && caller.public => {
            mistakes.add(at, "must be a list: anybody is a public caller");
        }
        Value::String(text) if text == "all" => return Some(Whose::All),
        Value::String(text) if text == "claim" && by_organization => return claimed_organization(at, caller, mistakes),
        table @ Value::Object(_) if !by_organization => return claimed_connections(at, table, caller, mistakes),
        list @ Value::Array(_) => return list_of(&at, list, vendor, mistakes),
        _ if !caller.by_jwt => mistakes.add(at, "must be \"all\" or a list"),
        _ if by_organization => mistakes.add(at, "must be \"all\", \"claim\" or a list"),
        _ => mistakes.add(at, "must be \"all\", a list or { claim = \"…\" }"),
    }
    None
}

const NO_CLAIMS: &str = "must be \"all\" or a list; only a caller with an `issuer` has claims";

fn claimed_organization(at: String, caller: Kind, mistakes: &mut Mistakes) -> Option<Whose> {
    if !caller.by_jwt {
        mistakes.add(at, NO_CLAIMS);
        return None;
    }
    if !caller.organization_claim {
        mistakes.add(at, "is \"claim\", but the caller has no `organization_claim`");
        return None;
    }
    Some(Whose::ClaimedOrganization)
}

fn claimed_connections(at: String, value: &Value, caller: Kind, mistakes: &mut Mistakes) -> Option<Whose> {
    if !caller.by_jwt {
        mistakes.add(at, NO_CLAIMS);
        return None;
    }
    let table = Table::open(at, value, &CLAIM, mistakes)?;
    issuer::claim_name(&table, "claim", mistakes).map(Whose::ClaimedConnections)
}

/// A list of organizations or connections. Refuses wildcards, which would look like a rule and match nothing.
fn list_of(at: &str, list: &Value, vendor: Vendor, mistakes: &mut Mistakes) -> Option<Whose> {
    let items = as_texts(at, list, Empty::Refused, mistakes)?;
    for item in &items {
        if matches!(item.text, "all" | "claim") || item.text.contains('*') {
            mistakes.add(&item.at, "must be one exact name; \"all\" stands alone, not in a list");
        } else if item.text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            mistakes.add(&item.at, "contains a blank or a control character");
        }
    }
    let names = owned(items);
    Some(if vendor.scoped_by_organization() { Whose::Organizations(names) } else { Whose::Connections(names) })
}

/// `fields`. Refuses paths that no canonical field has, and rules that say nothing.
fn fields(table: &Table<'_>, mistakes: &mut Mistakes) -> FieldRules {
    let Some(value) = table.get("fields") else {
        return FieldRules::default();
    };
    let at = table.at("fields");
    let Some(table) = Table::open(&at, value, &FIELDS, mistakes) else {
        return FieldRules::default();
    };
    let allow = table.texts("allow", Empty::Refused, mistakes);
    let deny = table.texts("deny", Empty::Refused, mistakes);
    if table.get("allow").is_none() && table.get("deny").is_none() {
        mistakes.add(at, "has neither `allow` nor `deny`");
    }
    for path in allow.iter().chain(&deny).flatten().filter(|path| !Field::covers_any(path.text)) {
        mistakes.add(&path.at, "is not the path of a canonical field");
    }
    FieldRules { allow: allow.map(owned), deny: deny.map(owned).unwrap_or_default() }
}

fn owned(items: Vec<Item<'_>>) -> Vec<String> {
    items.into_iter().map(|item| item.text.to_owned()).collect()
}
