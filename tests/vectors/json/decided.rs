//! Texts that RFC 8259 lets a parser take or refuse, and what this one does with each.

/// Numbers beyond what machines hold: kept as spelled.
pub(crate) const KEPT: &[(&str, &[u8], &str)] = &[
    ("an exponent past any float", b"[1e400]", "[1e400]"),
    ("a negative exponent past any float", b"[1e-400]", "[1e-400]"),
    ("a minus and a huge exponent", b"[-1e+9999]", "[-1e+9999]"),
    (
        "a huge exponent of many digits",
        b"[0.4e00669999999999999999999999999999999999999999]",
        "[0.4e00669999999999999999999999999999999999999999]",
    ),
    ("a fraction of a huge exponent", b"[1.5e+9999]", "[1.5e+9999]"),
    ("more digits than a float holds", b"[0.1234567890123456789012345678901]", "[0.1234567890123456789012345678901]"),
    ("a whole number past 64 bits", b"[100000000000000000000]", "[100000000000000000000]"),
    ("a negative whole number past 64 bits", b"[-123123123123123123123123123123]", "[-123123123123123123123123123123]"),
];

/// Half surrogate pairs: no string can hold them.
pub(crate) const SURROGATES: &[(&str, &[u8], &str)] = &[
    ("a high surrogate alone", b"[\"\\uD800\"]", "LoneSurrogate"),
    ("a low surrogate alone", b"[\"\\uDC00\"]", "LoneSurrogate"),
    ("two high surrogates", b"[\"\\uD800\\uD800\"]", "LoneSurrogate"),
    ("a low before a high surrogate", b"[\"\\uDd1e\\uD834\"]", "LoneSurrogate"),
    ("a high surrogate before text", b"[\"\\uD800abc\"]", "LoneSurrogate"),
    ("a high surrogate before a newline", b"[\"\\uD800\\n\"]", "LoneSurrogate"),
    ("a high surrogate before an ASCII escape", b"[\"\\uD888\\u1234\"]", "LoneSurrogate"),
    ("a low surrogate after a pair", b"[\"\\uD834\\udd1e\\uDC00\"]", "LoneSurrogate"),
    ("a high surrogate before a raw character", b"[\"\\uD834\xc3\xa9\"]", "LoneSurrogate"),
    ("a high surrogate at the end of the string", b"[\"ok\\uDBFF\"]", "LoneSurrogate"),
    ("a high surrogate and an escaped backslash", b"[\"\\uD834\\\\uDD1E\"]", "LoneSurrogate"),
    ("a surrogate in a name", b"{\"\\uD834\":1}", "LoneSurrogate"),
];

/// Repeated names: grammar allows them, two parsers read them differently.
pub(crate) const REPEATED: &[(&str, &[u8], &str)] = &[
    ("a name twice", b"{\"a\":1,\"a\":2}", "Duplicate"),
    ("a name twice with the same value", b"{\"a\":1,\"a\":1}", "Duplicate"),
    ("a name three times", b"{\"a\":1,\"a\":1,\"a\":1}", "Duplicate"),
    ("a name twice apart", b"{\"a\":1,\"b\":2,\"a\":3}", "Duplicate"),
    ("a name again as an escape", b"{\"a\":1,\"\\u0061\":2}", "Duplicate"),
    ("a name escaped first", b"{\"\\u0061\":1,\"a\":2}", "Duplicate"),
    ("a name escaped in two ways", b"{\"\\/\":1,\"\\u002f\":2}", "Duplicate"),
    ("a name of hex digits in two cases", b"{\"\\u00e9\":1,\"\\u00E9\":2}", "Duplicate"),
    ("a name as a surrogate pair", b"{\"\xf0\x9d\x84\x9e\":1,\"\\ud834\\udd1e\":2}", "Duplicate"),
    ("an empty name twice", b"{\"\":1,\"\":2}", "Duplicate"),
    ("a NUL name twice", b"{\"\\u0000\":1,\"\\u0000\":2}", "Duplicate"),
    ("a name twice within an object", b"{\"a\":{\"b\":1,\"b\":2}}", "Duplicate"),
    ("a name twice within an array", b"[[{\"b\":1,\"b\":2}]]", "Duplicate"),
    ("a name twice deep down", b"[[[[{\"x\":[{\"b\":1,\"b\":2}]}]]]]", "Duplicate"),
    ("__proto__ twice", b"{\"__proto__\":1,\"__proto__\":2}", "Duplicate"),
    ("an object replaced by null", b"{\"a\":{},\"a\":null}", "Duplicate"),
    ("the first and the seventeenth name", b"{\"0\":0,\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,\"10\":0,\"11\":0,\"12\":0,\"13\":0,\"14\":0,\"15\":0,\"0\":1}", "Duplicate"),
    ("the last two of twenty names", b"{\"0\":0,\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,\"10\":0,\"11\":0,\"12\":0,\"13\":0,\"14\":0,\"15\":0,\"16\":0,\"17\":0,\"18\":0,\"18\":1}", "Duplicate"),
];
