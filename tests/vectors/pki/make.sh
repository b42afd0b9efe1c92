#!/bin/sh
# Makes every file of this directory anew. All keys are for tests only and guard nothing.
# The dates are fixed, the tests' clock stands at 2026-11-22; needs OpenSSL 3.0 or newer.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The recorded certificate comes from outside and stays.
find . -name "*.pem" ! -name "recorded_*" -delete

cat > "$work/ca.cnf" <<'CNF'
[ca]
default_ca = default
[default]
database = $ENV::WORK/index
new_certs_dir = $ENV::WORK
policy = any
default_md = sha256
rand_serial = yes
unique_subject = no
string_mask = utf8only
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = supplied
emailAddress = optional
[v3]
basicConstraints = critical, CA:true
subjectKeyIdentifier = hash
[req]
distinguished_name = empty
[empty]
CNF
export WORK="$work"

# key NAME ALGORITHM [OPTION…]: a PKCS#8 key in the work directory.
key() {
    name=$1 algorithm=$2
    shift 2
    openssl genpkey -algorithm "$algorithm" "$@" -out "$work/$name.key" 2>/dev/null
}

# cert FILE KEY SUBJECT START END [OPTION…]: a self-signed certificate.
cert() {
    file=$1 key=$2 subject=$3 start=$4 end=$5
    shift 5
    : > "$work/index"
    openssl req -new -config "$work/ca.cnf" -utf8 -key "$work/$key.key" -subj "$subject" -out "$work/csr" 2>/dev/null
    openssl ca -batch -config "$work/ca.cnf" -selfsign -keyfile "$work/$key.key" -in "$work/csr" -preserveDN \
        -startdate "$start" -enddate "$end" -notext -out "$file" "$@" 2>/dev/null
}

for bits in 512 1024 1536 2048 3072 4096; do key "rsa$bits" RSA -pkeyopt "rsa_keygen_bits:$bits"; done
key rsa2048_exponent3 RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3
key rsa2048_three_primes RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3
key p192 EC -pkeyopt ec_paramgen_curve:prime192v1
key p224 EC -pkeyopt ec_paramgen_curve:secp224r1
key p256 EC -pkeyopt ec_paramgen_curve:prime256v1
key p384 EC -pkeyopt ec_paramgen_curve:secp384r1
key p521 EC -pkeyopt ec_paramgen_curve:secp521r1
key secp256k1 EC -pkeyopt ec_paramgen_curve:secp256k1
key brainpool EC -pkeyopt ec_paramgen_curve:brainpoolP256r1
key explicit EC -pkeyopt ec_paramgen_curve:prime256v1 -pkeyopt ec_param_enc:explicit
key ed25519 ED25519
key ed448 ED448

from=20260101000000Z to=20460101000000Z
for name in rsa512 rsa1024 rsa1536 rsa2048 rsa3072 rsa4096 rsa2048_exponent3 \
    p192 p224 p256 p384 p521 secp256k1 brainpool explicit; do
    cert "cert_$name.pem" "$name" "/CN=$name.example.com" $from $to -extensions v3
done
cert cert_ed25519.pem ed25519 /CN=ed25519.example.com $from $to -extensions v3 -md default
cert cert_ed448.pem ed448 /CN=ed448.example.com $from $to -extensions v3 -md default
cert cert_v1.pem rsa2048 /CN=v1.example.com $from $to
cert cert_sha1.pem rsa2048 /CN=sha1.example.com $from $to -extensions v3 -md sha1
cert cert_md5.pem rsa2048 /CN=md5.example.com $from $to -extensions v3 -md md5
cert cert_ecdsa_sha1.pem p256 /CN=ecdsa-sha1.example.com $from $to -extensions v3 -md sha1
cert cert_sha384.pem rsa2048 /CN=sha384.example.com $from $to -extensions v3 -md sha384
cert cert_sha512.pem rsa2048 /CN=sha512.example.com $from $to -extensions v3 -md sha512
cert cert_pss.pem rsa2048 /CN=pss.example.com $from $to -extensions v3 -sigopt rsa_padding_mode:pss
cert cert_pss_sha1.pem rsa2048 /CN=pss-sha1.example.com $from $to -extensions v3 -md sha1 \
    -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
cert cert_expired.pem rsa2048 /CN=expired.example.com 20200101000000Z 20210101000000Z -extensions v3
cert cert_expiring.pem rsa2048 /CN=expiring.example.com $from 20261210000000Z -extensions v3
cert cert_not_yet_valid.pem rsa2048 /CN=later.example.com 20300101000000Z $to -extensions v3
cert cert_far_future.pem rsa2048 /CN=forever.example.com $from 99991231235959Z -extensions v3
cert cert_names.pem rsa2048 '/C=DE/O=Müller, Söhne \+ Co/OU=a/OU=b/CN=Straße "7"/emailAddress=a@b.example' \
    $from $to -extensions v3
cat cert_rsa2048.pem cert_p256.pem > chain.pem

for bits in 512 1024 1536 2048 3072 4096; do
    openssl rsa -in "$work/rsa$bits.key" -traditional -out "rsa${bits}_pkcs1.pem" 2>/dev/null
done
for name in rsa2048_exponent3 rsa2048_three_primes; do
    openssl rsa -in "$work/$name.key" -traditional -out "${name}_pkcs1.pem" 2>/dev/null
done
for name in rsa1024 rsa2048 rsa4096 p256 ed25519; do cp "$work/$name.key" "${name}_pkcs8.pem"; done
openssl rsa -in "$work/rsa2048.key" -traditional -aes128 -passout pass:test -out rsa2048_pkcs1_encrypted.pem 2>/dev/null
openssl pkcs8 -in "$work/rsa2048.key" -topk8 -v2 aes128 -passout pass:test -out rsa2048_pkcs8_encrypted.pem
openssl ec -in "$work/p256.key" -out p256_sec1.pem 2>/dev/null
openssl pkey -in "$work/rsa2048.key" -pubout -out rsa2048_public.pem
openssl rsa -in "$work/rsa2048.key" -RSAPublicKey_out -out rsa2048_public_pkcs1.pem 2>/dev/null
openssl req -new -config "$work/ca.cnf" -key "$work/rsa2048.key" -subj /CN=request.example.com -out request.pem
openssl crl2pkcs7 -nocrl -certfile cert_rsa2048.pem -out pkcs7.pem
openssl x509 -in cert_rsa2048.pem -trustout -out trusted.pem
