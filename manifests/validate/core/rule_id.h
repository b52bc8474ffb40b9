// SPDX-License-Identifier: BSD-2-Clause
// Names of the rules. Letters: H any playlist, M media playlist, V multivariant
// playlist, D DASH, S segments, X HLS against DASH, L loading. A name is a contract
// (--skip, reports, other people's scripts): never reused, never renumbered.
#ifndef RUNG_VALIDATE_CORE_RULE_ID_H
#define RUNG_VALIDATE_CORE_RULE_ID_H

// clang-format off
#define RULE_IDS_LOAD(X) X(L1) X(L2) X(L3) X(L4) X(L5)
#define RULE_IDS_HLS(X) \
    X(H1) X(H2) X(H3) X(H4) X(H5) X(H6) X(H7) \
    X(M1) X(M2) X(M3) X(M4) X(M5) X(M6) X(M7) X(M8) X(M9) X(M10) X(M11) X(M12) X(M13) X(M14) \
    X(M15) X(M16) X(M17) X(M18) X(M19) X(M20) X(M21) X(M22) X(M23) X(M24) X(M25) X(M26) X(M29) \
    X(V1) X(V2) X(V3) X(V4) X(V5) X(V6) X(V7) X(V8) X(V9) X(V10) X(V11) X(V12) X(V13) X(V14) \
    X(V15) X(V16) X(V17) X(V18) X(V19) X(V20) X(V21) X(V22) X(V23) X(V24) X(V25) X(V26) X(V27) \
    X(V28) \
    X(H8) X(H9) X(H10) X(H11) X(H12) X(H13) \
    X(M30) X(M31) X(M32) X(M33) X(M34) X(M35) X(M36) X(M37) X(M38) X(M39) X(M40) X(M41) \
    X(V29) X(V30) X(V31) X(V32) X(V33) X(V34) X(V35) X(V36) X(V37) X(V38) X(V39) X(V40) X(V41) \
    X(V42) X(V43) X(V44) X(V45) X(V46) X(V47) X(V48) X(V49) X(V50) \
    X(H14) X(H15) X(H16) \
    X(M42) X(M43) X(M44) X(M45) X(M46) X(M47) X(M48) X(M49) X(M50)
#define RULE_IDS_DASH(X) \
    X(D1) X(D2) X(D3) X(D4) X(D5) X(D6) X(D7) X(D8) X(D9) X(D10) X(D11) X(D12) X(D13) X(D14) \
    X(D15) X(D16) X(D17) X(D18) X(D19) X(D20) X(D21) X(D22) X(D23) X(D24) X(D25) X(D26) X(D27) \
    X(D28) X(D29) X(D30) X(D31) X(D32) X(D33) X(D34) X(D35) X(D36) X(D37) \
    X(D38) X(D39) X(D40) X(D41) X(D42) X(D43) X(D44) X(D45) X(D46) X(D47) X(D48) X(D49) X(D50) \
    X(D51) X(D52) X(D53) X(D54) X(D55) X(D56) X(D57) X(D58) X(D59) X(D60) X(D61) X(D62) X(D63) \
    X(D64) X(D65) X(D66) X(D67) X(D68) X(D69) X(D70) X(D71) X(D72) X(D73) X(D74) X(D75) X(D76) \
    X(D77) X(D78) X(D79) X(D80) X(D81) X(D82) X(D83) X(D84)
#define RULE_IDS_SEGMENT(X) \
    X(S1) X(S2) X(S3) X(S4) X(S5) X(S6) X(S7) X(S8) X(S9) X(S10) X(S11) X(S12) X(S13) X(S14) \
    X(S15) X(S16) X(S17) X(S18) X(S19) X(S20) X(S21) X(S22) X(S23) X(S24) X(S25) X(S26) X(S27) \
    X(S28) X(S29) X(S30) X(S31) X(S32) X(S34) X(S36) X(S38) \
    X(S39) X(S40) X(S41) X(S42) X(S43) X(S44) X(S45) X(S46) X(S47) X(S48) X(S49) X(S50) X(S51) \
    X(S52) X(S53) X(S54) X(S55) X(S56) X(S57) X(S58) X(S59) X(S60) X(S61) X(S62) X(S63) X(S64) \
    X(S65) X(S66) X(S67) X(S68) X(S69) X(S70) X(S71) X(S72) X(S73) X(S74) X(S75) X(S76) X(S77) \
    X(S78) X(S79) X(S80) X(S81) X(S82) X(S83) X(S84) X(S85) X(S86) X(S87) X(S88) X(S89) X(S90) X(S91) \
    X(S92) X(S93) X(S94)
#define RULE_IDS_CROSS(X) X(X1) X(X2) X(X3) X(X4) X(X5)
#define RULE_IDS(X) \
    RULE_IDS_LOAD(X) RULE_IDS_HLS(X) RULE_IDS_DASH(X) RULE_IDS_SEGMENT(X) RULE_IDS_CROSS(X)
// clang-format on

#define RULE_ID_NAME(name) RULE_##name,
enum rule_id { RULE_IDS(RULE_ID_NAME) RULE_COUNT };
#undef RULE_ID_NAME

// "H1". Never NULL.
const char *rule_id_name(enum rule_id id);
// RULE_COUNT for a name that is none; upper and lower case are alike.
enum rule_id rule_id_find(const char *name);

#endif
